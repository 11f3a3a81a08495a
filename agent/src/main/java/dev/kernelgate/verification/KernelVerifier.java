// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.oci.KernelImages;
import dev.kernelgate.oci.ResolvedKernel;
import dev.kernelgate.oci.SignatureCandidate;
import dev.kernelgate.oci.SignatureSearch;
import dev.kernelgate.policy.Judgement;
import dev.kernelgate.policy.Policy;
import dev.kernelgate.policy.PolicyRule;
import dev.kernelgate.policy.SignatureFinding;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Verdict;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The gate's one question, answered: may this node boot that kernel? Socket, pods and command line
 * all end up here, and nothing else decides.
 *
 * <p>Who asks for the same kernel at the same time shares one check, and a finished check answers
 * for a while: which digest a tag names by reference, the verdict by everything that it depends on
 * ({@link VerdictKey}). Policy and trust root never change within one verifier. Safe for any
 * thread.
 */
public final class KernelVerifier {

  private static final int MEMORY_BYTES = 8 * 1024 * 1024;
  private static final int ENTRY_BYTES = 1024;

  private final BootKernels bootKernels;
  private final KernelImages images;
  private final SignatureVerifier signatures;
  private final Policy policy;
  private final String policyRevision;
  private final InstantSource clock;
  private final SharedWork<KernelReference, ResolvedKernel> resolutions;
  private final SharedWork<VerdictKey, Judged> verdicts;
  private final KnownDecisions knownDecisions;
  private final Cache<Digest, ResolvedKernel> trustedManifests =
      Caffeine.newBuilder()
          .executor(Runnable::run)
          .maximumWeight(MEMORY_BYTES)
          .weigher((Digest digest, ResolvedKernel kernel) -> bytesOf(kernel))
          .build();

  public KernelVerifier(
      BootKernels bootKernels,
      KernelImages images,
      SignatureVerifier signatures,
      Policy policy,
      CheckSlots slots,
      InstantSource clock) {
    this.bootKernels = bootKernels;
    this.images = images;
    this.signatures = signatures;
    this.policy = policy;
    this.policyRevision = policy.revision();
    this.clock = clock;
    Lifetimes lifetimes = Lifetimes.defaults();
    this.resolutions = new SharedWork<>(slots, lifetimes::of, KernelVerifier::weight, MEMORY_BYTES);
    this.verdicts = new SharedWork<>(slots, lifetimes::of, _ -> ENTRY_BYTES, MEMORY_BYTES);
    this.knownDecisions = new KnownDecisions(resolutions, verdicts);
  }

  /** Decides on the node's own behalf, as {@link #verify(KernelRequest, Asker, Deadline)} does. */
  public Decision verify(KernelRequest request, Deadline deadline) {
    return verify(request, new Asker.Node(), deadline);
  }

  /**
   * Decides. Never throws: whatever keeps the question open, our own failures included, is an
   * undetermined decision. Waits for sources, so it belongs on a virtual thread.
   *
   * @param asker whose share of the checks is used
   * @param deadline when the answer is wanted; it is given by then
   */
  public Decision verify(KernelRequest request, Asker asker, Deadline deadline) {
    DecisionDraft draft = new DecisionDraft(request, images.host(), policy.mode());
    return draft.concluded(verdictFor(request, draft, asker, deadline), clock.instant());
  }

  /**
   * The decision, if it is remembered. Never waits, so an event loop may ask; what a variant stands
   * for is read from the node's disk, so those are never known.
   */
  public Optional<Decision> known(KernelRequest request) {
    if (request.kernel() instanceof AskedKernel.Variant) {
      return Optional.empty();
    }
    return knownDecisions.again(request).or(() -> assemble(request));
  }

  private Optional<Decision> assemble(KernelRequest request) {
    DecisionDraft draft = new DecisionDraft(request, images.host(), policy.mode());
    try {
      KernelReference reference = draft.asked(bootKernels.referenceFor(request.kernel()));
      draft.covered(ruleFor(reference));
      Optional<ResolvedKernel> kernel = resolutions.known(reference);
      if (kernel.isEmpty()) {
        return Optional.empty();
      }
      requireBootDigest(request, draft.resolved(kernel.get()));
      VerdictKey key = keyOf(reference, kernel.get());
      return verdicts
          .known(key)
          .map(
              judged ->
                  knownDecisions.keep(
                      request,
                      new KnownDecisions.Made(
                          reference,
                          kernel.get(),
                          key,
                          judged,
                          draft.concluded(draft.judged(judged), clock.instant()))));
    } catch (ProblemException e) {
      return Optional.of(draft.concluded(Verdict.of(e.problem()), clock.instant()));
    }
  }

  /**
   * The decision when there was no check, for the given reason; it still says which rule covers the
   * image and whether that enforces. Never waits.
   */
  public Decision unchecked(KernelRequest request, Problem problem) {
    DecisionDraft draft = new DecisionDraft(request, images.host(), policy.mode());
    try {
      draft.covered(ruleFor(draft.asked(bootKernels.referenceFor(request.kernel()))));
    } catch (ProblemException e) {
      draft.note("not checked: " + e.getMessage());
    }
    return draft.concluded(Verdict.of(problem), clock.instant());
  }

  /**
   * The platform manifest with its bytes, if it was trusted lately and is still remembered: a
   * launcher can boot from exactly what was verified.
   */
  public Optional<ResolvedKernel> trustedManifest(Digest digest) {
    return Optional.ofNullable(trustedManifests.getIfPresent(digest));
  }

  /** Forgets what was found out: the next question about any kernel asks its source again. */
  public void forget() {
    resolutions.forget();
    verdicts.forget();
    trustedManifests.invalidateAll();
  }

  private Verdict verdictFor(
      KernelRequest request, DecisionDraft draft, Asker asker, Deadline deadline) {
    try {
      return check(request, draft, asker, deadline);
    } catch (ProblemException e) {
      draft.note("ended: " + e.getMessage());
      return Verdict.of(e.problem());
    } catch (RuntimeException | StackOverflowError e) {
      return Verdict.of(Problem.unexpected(e));
    }
  }

  private Verdict check(KernelRequest request, DecisionDraft draft, Asker asker, Deadline deadline)
      throws ProblemException {
    KernelReference reference = draft.asked(bootKernels.referenceFor(request.kernel()));
    PolicyRule rule = draft.covered(ruleFor(reference));
    Asker lane = asker.about(reference);
    ResolvedKernel kernel =
        draft.resolved(
            resolutions.get(reference, lane, deadline, work -> images.resolve(reference, work)));
    requireBootDigest(request, kernel);
    Judged judged =
        verdicts.get(
            keyOf(reference, kernel), lane, deadline, work -> judge(rule, reference, kernel, work));
    if (judged.verdict() instanceof Verdict.Trusted) {
      trustedManifests.put(kernel.bytes().digest(), kernel);
    }
    return draft.judged(judged);
  }

  private Judged judge(
      PolicyRule rule, KernelReference reference, ResolvedKernel kernel, Deadline deadline) {
    Judgement judgement =
        new Judgement(policy, rule, reference, kernel.manifest(), clock.instant());
    Optional<Verdict> early = judgement.beforeSignatures();
    if (early.isPresent()) {
      return new Judged(early.get(), List.of());
    }
    SignatureSearch search = images.signaturesOf(reference, kernel, deadline);
    List<String> findings = collect(search, judgement);
    List<String> trace = new ArrayList<>(search.trace());
    trace.addAll(findings);
    return new Judged(judgement.conclude(search.openQuestions()), trace);
  }

  /** Pulls candidates until the judge has enough. */
  private List<String> collect(SignatureSearch search, Judgement judgement) {
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

  private PolicyRule ruleFor(KernelReference reference) throws ProblemException {
    return policy
        .ruleFor(reference)
        .orElseThrow(
            () -> new ProblemException(Reason.NO_POLICY, "no rule covers " + reference.name()));
  }

  private VerdictKey keyOf(KernelReference reference, ResolvedKernel kernel) {
    return VerdictKey.of(reference, kernel, policyRevision, signatures.trustRootRevision());
  }

  private static void requireBootDigest(KernelRequest request, ResolvedKernel kernel)
      throws ProblemException {
    Digest resolved = kernel.manifest().digest();
    if (request.bootDigest().filter(booted -> !booted.equals(resolved)).isPresent()) {
      throw new ProblemException(
          Reason.DIGEST_MISMATCH,
          "about to boot "
              + request.bootDigest().get()
              + ", but the reference resolves to "
              + resolved);
    }
  }

  private static int weight(SharedWork.Outcome<ResolvedKernel> outcome) {
    return switch (outcome) {
      case SharedWork.Outcome.Done<ResolvedKernel>(ResolvedKernel kernel) -> bytesOf(kernel);
      case SharedWork.Outcome.Failed<ResolvedKernel> _ -> ENTRY_BYTES;
    };
  }

  private static int bytesOf(ResolvedKernel kernel) {
    return kernel.bytes().bytes().length + ENTRY_BYTES;
  }
}
