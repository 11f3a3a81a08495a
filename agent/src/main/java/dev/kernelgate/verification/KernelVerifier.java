// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.ImageSources;
import dev.kernelgate.oci.PlatformResolver;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.oci.ResolvedKernel;
import dev.kernelgate.oci.SignatureCandidate;
import dev.kernelgate.oci.SignatureSearch;
import dev.kernelgate.policy.Judgement;
import dev.kernelgate.policy.Policy;
import dev.kernelgate.policy.PolicyRule;
import dev.kernelgate.policy.SignatureFinding;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Verdict;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The gate's one question, answered: may this node boot that kernel? Socket, pods and command line
 * all end up here, and nothing else decides. Immutable and safe for concurrent use; a check blocks
 * while sources answer, so it belongs on a virtual thread.
 */
public final class KernelVerifier {

  private final BootKernels bootKernels;
  private final ImageSources sources;
  private final PlatformResolver resolver;
  private final SignatureVerifier signatures;
  private final Policy policy;
  private final InstantSource clock;

  public KernelVerifier(
      BootKernels bootKernels,
      ImageSources sources,
      PlatformResolver resolver,
      SignatureVerifier signatures,
      Policy policy,
      InstantSource clock) {
    this.bootKernels = bootKernels;
    this.sources = sources;
    this.resolver = resolver;
    this.signatures = signatures;
    this.policy = policy;
    this.clock = clock;
  }

  /**
   * Decides. Never throws: whatever keeps the question open, our own failures included, is an
   * undetermined decision.
   *
   * @param deadline when the answer is wanted; passed to everything that waits
   */
  public Decision verify(KernelRequest request, Deadline deadline) {
    DecisionDraft draft = new DecisionDraft(request, resolver.host(), policy.mode());
    return draft.concluded(verdictFor(request, draft, deadline), clock.instant());
  }

  private Verdict verdictFor(KernelRequest request, DecisionDraft draft, Deadline deadline) {
    try {
      return check(request, draft, deadline);
    } catch (ProblemException e) {
      draft.note("ended: " + e.getMessage());
      return Verdict.of(e.problem());
    } catch (RuntimeException | StackOverflowError e) {
      draft.note("ended: " + e);
      return new Verdict.Undetermined(
          Reason.INTERNAL_ERROR, "unexpected " + e.getClass().getSimpleName(), Optional.empty());
    }
  }

  private Verdict check(KernelRequest request, DecisionDraft draft, Deadline deadline)
      throws ProblemException {
    KernelReference reference = draft.asked(bootKernels.referenceFor(request.kernel()));
    PolicyRule rule = draft.covered(ruleFor(reference));
    ImageSource source = sources.sourceFor(reference);
    ResolvedKernel kernel =
        draft.resolved(reference, source.kind(), resolver.resolve(source, reference, deadline));
    requireBootDigest(request, kernel);

    Judgement judgement =
        new Judgement(policy, rule, reference, kernel.manifest(), clock.instant());
    Optional<Verdict> early = judgement.beforeSignatures();
    if (early.isPresent()) {
      return early.get();
    }
    SignatureSearch search =
        new SignatureSearch(
            source, Repository.of(reference), kernel.manifest().signable(), deadline);
    collect(search, judgement, draft);
    return judgement.conclude(search.openQuestions());
  }

  private void collect(SignatureSearch search, Judgement judgement, DecisionDraft draft) {
    Optional<SignatureCandidate> candidate = search.next();
    while (candidate.isPresent()) {
      SignatureFinding finding = signatures.verify(candidate.get());
      draft.note(candidate.get().origin() + ": " + finding);
      judgement.add(finding);
      candidate = judgement.isSettled() ? Optional.empty() : search.next();
    }
    search.trace().forEach(draft::note);
  }

  private PolicyRule ruleFor(KernelReference reference) throws ProblemException {
    return policy
        .ruleFor(reference)
        .orElseThrow(
            () -> new ProblemException(Reason.NO_POLICY, "no rule covers " + reference.name()));
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
}
