// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.oci.KernelImages;
import dev.kernelgate.oci.KernelSignatures;
import dev.kernelgate.oci.Keychain;
import dev.kernelgate.oci.ResolvedKernel;
import dev.kernelgate.oci.SignatureCandidate;
import dev.kernelgate.policy.Judgement;
import dev.kernelgate.policy.KernelStandard;
import dev.kernelgate.policy.Mode;
import dev.kernelgate.policy.Policy;
import dev.kernelgate.policy.PolicyRule;
import dev.kernelgate.policy.SignatureFinding;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Verdict;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From a kernel to its verdict: the rule that covers it, the signatures that are found, what the
 * policy makes of them. Safe for any thread; a judgement asks sources and blocks.
 */
final class KernelJudge {

  private final KernelImages images;
  private final SignatureVerifier signatures;
  private final Policy policy;
  private final String policyRevision;
  private final InstantSource clock;

  KernelJudge(
      KernelImages images, SignatureVerifier signatures, Policy policy, InstantSource clock) {
    this(images, signatures, policy, policy.revision(), clock);
  }

  private KernelJudge(
      KernelImages images,
      SignatureVerifier signatures,
      Policy policy,
      String policyRevision,
      InstantSource clock) {
    this.images = images;
    this.signatures = signatures;
    this.policy = policy;
    this.policyRevision = policyRevision;
    this.clock = clock;
  }

  /** The same judge, who looks for signatures with these credentials as well. */
  KernelJudge with(Keychain keychain) {
    return new KernelJudge(images.with(keychain), signatures, policy, policyRevision, clock);
  }

  /** Whether verdicts are enforced where no rule says otherwise. */
  Mode usualMode() {
    return policy.mode();
  }

  /**
   * The rule that decides about an image.
   *
   * @throws ProblemException {@code NoPolicy} if there is none
   */
  PolicyRule ruleFor(KernelReference reference) throws ProblemException {
    return policy
        .ruleFor(reference)
        .orElseThrow(
            () -> new ProblemException(Reason.NO_POLICY, "no rule covers " + reference.name()));
  }

  /** The images that the verdict on the node's default kernel files depends on. */
  List<KernelReference> imagesFor(Map<ZoneFile, Digest> files) {
    return policy.defaultKernel().imagesFor(files, policy.deniedDigests());
  }

  /**
   * The verdict on the node's default kernel files.
   *
   * @param standards what is known of {@link #imagesFor these images}
   * @param booted the digest of the kernel file that a launcher is about to boot, if it said
   */
  Verdict judge(
      Map<ZoneFile, Digest> files, List<KernelStandard> standards, Optional<Digest> booted) {
    Optional<Digest> kernel = Optional.ofNullable(files.get(ZoneFile.KERNEL));
    if (booted.isPresent() && kernel.isPresent() && !booted.equals(kernel)) {
      return Verdict.of(
          new Problem(
              Reason.DIGEST_MISMATCH,
              "about to boot " + booted.get() + ", but the kernel file is " + kernel.get()));
    }
    return policy.defaultKernel().judge(files, policy.deniedDigests(), standards);
  }

  /** Everything that {@link #judge} depends on but time. */
  VerdictKey keyOf(KernelReference reference, ResolvedKernel kernel) {
    return VerdictKey.of(
        reference, kernel, images.keychain(), policyRevision, signatures.trustRootRevision());
  }

  /** The verdict on a kernel. */
  Judged judge(
      PolicyRule rule, KernelReference reference, ResolvedKernel kernel, Deadline deadline) {
    Judgement judgement =
        new Judgement(policy, rule, reference, kernel.manifest(), clock.instant());
    Optional<Verdict> early = judgement.beforeSignatures();
    if (early.isPresent()) {
      return judged(reference, kernel, early.get(), Optional.empty(), List.of());
    }
    KernelSignatures search = images.signaturesOf(reference, kernel, deadline);
    List<String> findings = collect(search, judgement);
    List<String> trace = new ArrayList<>(search.trace());
    trace.addAll(findings);
    List<Problem> open = new ArrayList<>(kernel.openQuestions());
    open.addAll(search.openQuestions());
    Verdict verdict = judgement.conclude(open);
    return judged(reference, kernel, verdict, Optional.of(search), trace);
  }

  /** Evidence is kept of what was trusted: nothing else has to be found out again to be refused. */
  private Judged judged(
      KernelReference reference,
      ResolvedKernel kernel,
      Verdict verdict,
      Optional<KernelSignatures> search,
      List<String> trace) {
    Optional<Instant> keptSince = search.flatMap(KernelSignatures::keptSince);
    if (verdict instanceof Verdict.Trusted && keptSince.isEmpty()) {
      search
          .map(KernelSignatures::pieces)
          .orElse(Optional.of(List.of()))
          .ifPresent(signed -> images.keep(reference, kernel, signed));
    }
    return new Judged(verdict, keptSince, trace);
  }

  /** Pulls candidates until the judgement has enough. */
  private List<String> collect(KernelSignatures search, Judgement judgement) {
    List<String> findings = new ArrayList<>();
    Optional<SignatureCandidate> candidate = search.next();
    while (candidate.isPresent()) {
      SignatureFinding finding = signatures.verify(candidate.get());
      findings.add(candidate.get().origin() + ": " + finding.summary());
      judgement.add(finding);
      candidate = judgement.isSettled() ? Optional.empty() : search.next();
    }
    return findings;
  }
}
