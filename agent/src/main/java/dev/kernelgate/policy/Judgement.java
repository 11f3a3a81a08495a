// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.PlatformManifest;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.SignatureFacts;
import dev.kernelgate.verdict.Untrusted;
import dev.kernelgate.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The judgement of one kernel by one rule: findings go in one by one, a verdict comes out. Any
 * signature that the rule accepts will do, whatever else is attached; when none will, the verdict
 * names the nearest miss. What was not found out is never held against the kernel, nor for it: it
 * leaves the question open.
 *
 * <p>Belongs to one check on one thread.
 */
public final class Judgement {

  /** Other misses that a verdict lists. */
  private static final int MAX_OTHERS = 10;

  /** How far the node's clock may be behind that of a log. */
  private static final Duration TOLERANCE = Duration.ofMinutes(5);

  private final Set<Digest> deniedEverywhere;
  private final PolicyRule rule;
  private final KernelReference image;
  private final PlatformManifest kernel;
  private final Instant now;

  private final List<SignatureFacts> accepted = new ArrayList<>();
  private final Set<String> attested = new HashSet<>();
  private final List<Miss> misses = new ArrayList<>();
  private final List<Problem> open = new ArrayList<>();

  /**
   * Starts a judgement.
   *
   * @param policy whose deny list holds under every rule
   * @param rule the policy's rule for the image
   * @param image what was asked for, by name; the flavor may follow from it
   * @param kernel what boots
   * @param now the time against which the age of signatures is measured
   */
  public Judgement(
      Policy policy, PolicyRule rule, KernelReference image, PlatformManifest kernel, Instant now) {
    this.deniedEverywhere = policy.deniedDigests();
    this.rule = rule;
    this.image = image;
    this.kernel = kernel;
    this.now = now;
  }

  /**
   * The verdict, where no signature can change it: the digest of the manifest, or of an index that
   * leads to it, is denied or allowed by name, or the rule accepts nothing but digests.
   */
  public Optional<Verdict> beforeSignatures() {
    Optional<Digest> denied = find(deniedEverywhere).or(() -> find(rule.digests().denied()));
    if (denied.isPresent()) {
      return Optional.of(
          Verdict.of(new Problem(Reason.DENIED_DIGEST, denied.get() + " is on the deny list")));
    }
    Optional<Digest> allowed = find(rule.digests().allowed());
    if (allowed.isPresent()) {
      String detail = "rule '" + rule.name() + "' lists " + allowed.get();
      return Optional.of(new Verdict.Trusted(Reason.ALLOWED_DIGEST, detail, Optional.empty()));
    }
    if (rule.signers().isEmpty()) {
      String detail = "rule '" + rule.name() + "' accepts only digests that it lists";
      return Optional.of(Verdict.of(new Problem(Reason.NO_POLICY, detail)));
    }
    return Optional.empty();
  }

  /** Takes in what came of one candidate. */
  public void add(SignatureFinding finding) {
    switch (finding) {
      case SignatureFinding.Failed(Problem problem) -> addProblem(problem);
      case SignatureFinding.Verified(SignatureFacts facts) -> addVerified(facts);
    }
  }

  /**
   * Whether further findings can change nothing any more, so that the rest need not be fetched or
   * verified.
   */
  public boolean isSettled() {
    if (accepted.isEmpty()) {
      return false;
    }
    return kernelObjection().isPresent()
        || (accepted.stream().anyMatch(this::isYoungEnough) && missingAttestations().isEmpty());
  }

  /**
   * The verdict on everything that was added; ends the judgement.
   *
   * @param openQuestions what kept the caller from looking everywhere; whenever an answer to one of
   *     them could have led to trust, and it may still be answered, the verdict is undetermined
   */
  public Verdict conclude(List<Problem> openQuestions) {
    openQuestions.forEach(this::addProblem);
    if (accepted.isEmpty()) {
      return stillOpen().orElseGet(this::nearestMiss);
    }
    Optional<Problem> objection = kernelObjection();
    if (objection.isPresent()) {
      return rejected(objection.get(), accepted.getFirst());
    }
    Optional<SignatureFacts> young = accepted.stream().filter(this::isYoungEnough).findFirst();
    if (young.isEmpty()) {
      SignatureFacts youngest =
          accepted.stream().max(Comparator.comparing(SignatureFacts::signedAt)).orElseThrow();
      if (isAheadOfClock(youngest)) {
        open.add(ageUnknown(youngest));
      }
      return stillOpen().orElseGet(() -> rejected(tooOld(youngest), youngest));
    }
    Set<String> missing = missingAttestations();
    if (!missing.isEmpty()) {
      String detail = "an accepted signer attested no " + String.join(", ", missing);
      return stillOpen()
          .orElseGet(() -> rejected(new Problem(Reason.MISSING_ATTESTATION, detail), young.get()));
    }
    return trusted(young.get());
  }

  private void addProblem(Problem problem) {
    if (problem.reason().outcome() == Outcome.UNDETERMINED) {
      open.add(problem);
    } else {
      misses.add(new Miss(problem));
    }
  }

  private void addVerified(SignatureFacts facts) {
    if (!kernel.signable().contains(facts.signedDigest())) {
      String detail = "it was made for " + facts.signedDigest();
      misses.add(new Miss(new Problem(Reason.SIGNATURE_FOR_OTHER_DIGEST, detail)));
      return;
    }
    Optional<Problem> objection = signerObjection(facts);
    if (!facts.isSignature()) {
      if (objection.isEmpty()) {
        attested.add(facts.predicateType());
      }
      String detail = "there is an attestation of type " + Untrusted.quote(facts.predicateType());
      misses.add(new Miss(new Problem(Reason.ATTESTATION_ONLY, detail)));
    } else if (objection.isEmpty()) {
      accepted.add(facts);
    } else {
      misses.add(new Miss(objection.get(), Optional.of(facts)));
    }
  }

  /** How the signature differs from the signer that it is nearest to. */
  private Optional<Problem> signerObjection(SignatureFacts facts) {
    List<Problem> objections = new ArrayList<>();
    for (SignerIdentity signer : rule.signers()) {
      Optional<Problem> objection = signer.objection(facts);
      if (objection.isEmpty()) {
        return Optional.empty();
      }
      objections.add(objection.get());
    }
    return Optional.of(
        objections.stream()
            .min(Nearness.nearestFirst())
            .orElseGet(() -> new Problem(Reason.IDENTITY_MISMATCH, "the rule accepts no signer")));
  }

  private Optional<Problem> kernelObjection() {
    return KernelCheck.objection(rule.requirements(), image, kernel);
  }

  private Set<String> missingAttestations() {
    Set<String> missing = new TreeSet<>(rule.requirements().attestations());
    missing.removeAll(attested);
    return missing;
  }

  private boolean isYoungEnough(SignatureFacts facts) {
    return rule.requirements()
        .maxSignatureAge()
        .filter(maximum -> ageOf(facts).compareTo(maximum) > 0 || isAheadOfClock(facts))
        .isEmpty();
  }

  /** Logs know the time. A clock that is behind would make every signature a young one. */
  private boolean isAheadOfClock(SignatureFacts facts) {
    return facts.signedAt().isAfter(now.plus(TOLERANCE));
  }

  private Problem ageUnknown(SignatureFacts facts) {
    return new Problem(
        Reason.AGE_UNKNOWN,
        "it was signed at %s, and the clock says %s".formatted(facts.signedAt(), now));
  }

  private Problem tooOld(SignatureFacts facts) {
    Duration maximum = rule.requirements().maxSignatureAge().orElseThrow();
    String detail =
        "it was signed at %s, %d hours ago; at most %d are accepted"
            .formatted(facts.signedAt(), ageOf(facts).toHours(), maximum.toHours());
    return new Problem(Reason.TOO_OLD, detail);
  }

  private Duration ageOf(SignatureFacts facts) {
    return Duration.between(facts.signedAt(), now);
  }

  private Verdict trusted(SignatureFacts facts) {
    Reason reason =
        facts.signedDigest().equals(kernel.digest())
            ? Reason.SIGNED_PLATFORM_MANIFEST
            : Reason.SIGNED_INDEX;
    String detail = Untrusted.quote(facts.identity()) + " at " + facts.signedAt();
    return new Verdict.Trusted(reason, detail, Optional.of(facts));
  }

  private Optional<Verdict> stillOpen() {
    return open.stream().min(Nearness.nearestFirst()).map(Verdict::of);
  }

  private Verdict nearestMiss() {
    if (misses.isEmpty()) {
      return Verdict.of(new Problem(Reason.NO_SIGNATURE, unsigned(kernel.signable())));
    }
    List<Miss> nearestFirst = misses.stream().sorted(Miss.nearestFirst()).toList();
    Miss nearest = nearestFirst.getFirst();
    return new Verdict.Rejected(
        nearest.problem().reason(),
        nearest.problem().detail(),
        nearest.signature(),
        problems(nearestFirst.stream().skip(1)));
  }

  /** Most kernels are signed on their index, which nobody can find from a platform manifest. */
  private static String unsigned(List<Digest> signable) {
    String places = String.join(" and ", signable.stream().map(Digest::toString).toList());
    return "nothing is attached to "
        + places
        + (signable.size() > 1
            ? ""
            : ", which no known index lists; where its index is signed, name the index's digest");
  }

  private Verdict rejected(Problem problem, SignatureFacts signature) {
    return new Verdict.Rejected(
        problem.reason(),
        problem.detail(),
        Optional.of(signature),
        problems(misses.stream().sorted(Miss.nearestFirst())));
  }

  private static List<Problem> problems(Stream<Miss> misses) {
    return misses.limit(MAX_OTHERS).map(Miss::problem).toList();
  }

  private Optional<Digest> find(Set<Digest> listed) {
    return kernel.signable().stream().filter(listed::contains).findFirst();
  }
}
