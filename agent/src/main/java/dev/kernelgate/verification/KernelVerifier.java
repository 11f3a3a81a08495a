// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.oci.KernelImages;
import dev.kernelgate.oci.Keychain;
import dev.kernelgate.oci.ResolvedKernel;
import dev.kernelgate.policy.KernelStandard;
import dev.kernelgate.policy.Policy;
import dev.kernelgate.policy.PolicyRule;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Verdict;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The gate's one question, answered: may this node boot that kernel? Socket, pods and command line
 * all end up here, and nothing else decides.
 *
 * <p>Who asks for the same kernel at the same time shares one check, and a finished check answers
 * for a while: which digest boots by reference and by what the node holds for it, the verdict by
 * everything that it depends on ({@link VerdictKey}). What was found out with a pod's own
 * credentials answers only for pods that hold the same ones. Policy and trust roots change by
 * {@link #judgeBy} only. Safe for any thread.
 */
public final class KernelVerifier {

  private static final int MEMORY_BYTES = 8 * 1024 * 1024;
  private static final int ENTRY_BYTES = 1024;

  private final BootNode node;
  private final KernelImages images;
  private final KernelResolver resolver;
  private final InstantSource clock;
  private final SharedWork<KernelResolver.Question, ResolvedKernel> resolutions;
  private final SharedWork<VerdictKey, Judged> verdicts;
  private final KnownDecisions knownDecisions;
  private volatile KernelJudge judge;
  private final TrustedManifests trustedManifests =
      new TrustedManifests(KernelVerifier::bytesOf, MEMORY_BYTES);

  public KernelVerifier(
      BootNode node,
      KernelImages images,
      SignatureVerifier signatures,
      Policy policy,
      CheckSlots slots,
      InstantSource clock) {
    this.node = node;
    this.images = images;
    this.resolver = new KernelResolver(images, node.cache());
    this.judge = new KernelJudge(images, signatures, policy, clock);
    this.clock = clock;
    Lifetimes lifetimes = Lifetimes.defaults();
    this.resolutions = new SharedWork<>(slots, lifetimes::of, KernelVerifier::weight, MEMORY_BYTES);
    this.verdicts = new SharedWork<>(slots, lifetimes::of, _ -> ENTRY_BYTES, MEMORY_BYTES);
    this.knownDecisions = new KnownDecisions(node.cache(), resolutions, verdicts);
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
    node.cache().look();
    return decide(request, new Reach.Work(asker, deadline))
        .orElseGet(
            () -> unchecked(request, new Problem(Reason.INTERNAL_ERROR, "the check gave up")));
  }

  /**
   * The decision, if it is remembered. Never waits, so an event loop may ask; what a variant stands
   * for and what the default kernel is are read from the node's disk, so those are never known.
   */
  public Optional<Decision> known(KernelRequest request) {
    if (request.kernel() instanceof AskedKernel.Variant) {
      return Optional.empty();
    }
    return knownDecisions.again(request, judge).or(() -> decide(request, new Reach.Memory()));
  }

  /**
   * The decision when there was no check, for the given reason; it still says which rule covers the
   * image and whether that enforces. Never waits.
   */
  public Decision unchecked(KernelRequest request, Problem problem) {
    KernelJudge current = judge;
    BootNames names = node.namesFor(request);
    Decision decision = unchecked(request, names.inForce(), current, problem);
    return names
        .afterRestart()
        .map(name -> decision.orWorse(unchecked(request, name, current, problem)))
        .orElse(decision);
  }

  /**
   * The platform manifest with its bytes, if it was trusted lately and is still remembered: a
   * launcher can boot from exactly what was verified.
   */
  public Optional<ResolvedKernel> trustedManifest(Digest digest) {
    return trustedManifests.find(digest, judge);
  }

  /**
   * What is known of an image that files of the node are compared with, after it was verified as a
   * pod's kernel is. Never throws; waits for sources.
   */
  public KernelStandard standard(KernelReference image, Deadline deadline) {
    node.cache().look();
    return standard(image, judge, new Reach.Work(new Asker.Node(), deadline));
  }

  /**
   * Judges by another policy and other trust roots from now on. A decision is always by those in
   * force when it is given: what was remembered is not given again, and a check under way is judged
   * anew.
   */
  public void judgeBy(Policy policy, SignatureVerifier signatures) {
    judge = new KernelJudge(images, signatures, policy, clock);
  }

  /** Forgets what was found out: the next question about any kernel asks its source again. */
  public void forget() {
    resolutions.forget();
    verdicts.forget();
    trustedManifests.forget();
  }

  /** Whoever judged has to be in office still when the decision is given. */
  private Optional<Decision> decide(KernelRequest request, Reach reach) {
    KernelJudge current = judge;
    Optional<Decision> decision = decideEither(request, current, reach);
    while (current != judge) {
      current = judge;
      decision = decideEither(request, current, reach);
    }
    return decision;
  }

  /** The decision; where two kernels are possible, the one that counts. */
  private Optional<Decision> decideEither(KernelRequest request, KernelJudge by, Reach reach) {
    BootNames names = node.namesFor(request);
    Optional<Decision> decision = decide(request, names.inForce(), by, reach);
    return names.afterRestart().isEmpty()
        ? decision
        : decision.flatMap(
            now -> decide(request, names.afterRestart().get(), by, reach).map(now::orWorse));
  }

  /** The decision; where the node's own credentials are not enough, with the pod's as well. */
  private Optional<Decision> decide(
      KernelRequest request, BootName name, KernelJudge by, Reach reach) {
    Optional<Decision> own = decide(request, name, Keychain.none(), by, reach);
    if (request.pod().isEmpty()
        || own.isEmpty()
        || !Keychain.mayHelpAgainst(own.get().verdict().reason())) {
      return own;
    }
    return reach
        .find(images.keychains(), request.pod().get())
        .flatMap(keychain -> keychain.isNone() ? own : decide(request, name, keychain, by, reach));
  }

  private Optional<Decision> decide(
      KernelRequest request, BootName name, Keychain keychain, KernelJudge by, Reach reach) {
    DecisionDraft draft = draft(request, by);
    keychain.told().forEach(draft::note);
    try {
      return walk(request, name, draft, by, keychain, reach);
    } catch (ProblemException e) {
      draft.note("ended: " + e.getMessage());
      return Optional.of(
          draft.concluded(Verdict.of(keychain.explain(e.problem())), clock.instant()));
    } catch (RuntimeException | StackOverflowError e) {
      return Optional.of(draft.concluded(Verdict.of(Problem.unexpected(e)), clock.instant()));
    }
  }

  /** Resolve, collect, verify, judge; empty where the next step is out of reach. */
  private Optional<Decision> walk(
      KernelRequest request,
      BootName name,
      DecisionDraft draft,
      KernelJudge by,
      Keychain keychain,
      Reach reach)
      throws ProblemException {
    // What runs by a record has a name, whatever the pod asks for by now.
    if (request.kernel() instanceof AskedKernel.NodeDefault && name instanceof BootName.None) {
      return defaultKernel(request, draft, by, reach);
    }
    KernelReference reference = draft.asked(name.require());
    PolicyRule rule = draft.covered(by.ruleFor(reference));
    Reach share = reach.about(reference);
    long seen = node.cache().generation();
    KernelResolver fetcher = resolver.with(keychain);
    KernelResolver.Question question = fetcher.questionOf(reference, request.running());
    Optional<ResolvedKernel> found =
        share.find(resolutions, question, work -> fetcher.resolve(question, work));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    ResolvedKernel kernel = draft.resolved(found.get());
    KernelResolver.requireBootDigest(request, kernel, clock.instant());
    KernelJudge looking = by.with(keychain);
    VerdictKey key = looking.keyOf(reference, kernel);
    Optional<Judged> judged =
        share.find(verdicts, key, work -> looking.judge(rule, reference, kernel, work));
    return judged.map(
        result -> {
          if (result.verdict() instanceof Verdict.Trusted) {
            trustedManifests.add(kernel, by);
          }
          Decision decision = draft.concluded(draft.judged(result), clock.instant());
          return isForAll(keychain, result)
              ? knownDecisions.keep(
                  request,
                  new KnownDecisions.Made(by, seen, question, kernel, key, result, decision))
              : decision;
        });
  }

  /** Whether nobody's decision would be another one for what they bring along. */
  private static boolean isForAll(Keychain keychain, Judged result) {
    return keychain.isNone() && !Keychain.mayHelpAgainst(result.verdict().reason());
  }

  /** The files are hashed again whenever they change, so their verdict is not remembered. */
  private Optional<Decision> defaultKernel(
      KernelRequest request, DecisionDraft draft, KernelJudge by, Reach reach)
      throws ProblemException {
    return switch (reach) {
      case Reach.Memory _ -> Optional.empty();
      case Reach.Work work -> {
        Map<ZoneFile, Digest> files = draft.files(node.kernels().defaultFiles(work.deadline()));
        List<KernelStandard> standards =
            by.imagesFor(files).stream().map(image -> standard(image, by, work)).toList();
        draft.compared(standards);
        yield Optional.of(
            draft.concluded(by.judge(files, standards, request.bootDigest()), clock.instant()));
      }
    };
  }

  private KernelStandard standard(KernelReference image, KernelJudge by, Reach.Work work) {
    Decision decision =
        decideEither(KernelRequest.image(image.toString()), by, work)
            .orElseThrow(() -> new IllegalStateException("work always decides"));
    return node.standardOf(
        image,
        decision,
        decision.digest().flatMap(digest -> trustedManifests.find(digest, by)),
        work.deadline());
  }

  private Decision unchecked(
      KernelRequest request, BootName name, KernelJudge by, Problem problem) {
    DecisionDraft draft = draft(request, by);
    try {
      draft.covered(by.ruleFor(draft.asked(name.require())));
    } catch (ProblemException e) {
      draft.note("not checked: " + e.getMessage());
    }
    return draft.concluded(Verdict.of(problem), clock.instant());
  }

  private DecisionDraft draft(KernelRequest request, KernelJudge by) {
    return new DecisionDraft(request, images.host(), by.usualMode());
  }

  private static int weight(SharedWork.Outcome<ResolvedKernel> outcome) {
    return switch (outcome) {
      case SharedWork.Outcome.Done<ResolvedKernel>(ResolvedKernel kernel) -> bytesOf(kernel);
      case SharedWork.Outcome.Failed<ResolvedKernel> _ -> ENTRY_BYTES;
    };
  }

  private static int bytesOf(ResolvedKernel kernel) {
    return kernel.weight() + ENTRY_BYTES;
  }
}
