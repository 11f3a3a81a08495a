// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.oci.KernelImages;
import dev.kernelgate.oci.Keychain;
import dev.kernelgate.oci.ResolvedKernel;
import dev.kernelgate.policy.KernelStandard;
import dev.kernelgate.policy.PolicyRule;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Verdict;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The walk from a request to its decision: resolve, collect, verify, judge. A walk is by one judge
 * and goes as far as its {@link Reach}; what it finds out is shared with others under way and
 * remembered for a while. Never throws. Safe for any thread.
 */
final class KernelWalk {

  private final BootNode node;
  private final KernelImages images;
  private final KernelResolver resolver;
  private final InstantSource clock;
  private final SharedWork<KernelResolver.Question, ResolvedKernel> resolutions;
  private final SharedWork<VerdictKey, Judged> verdicts;
  private final KnownDecisions knownDecisions;
  private final TrustedManifests trustedManifests =
      new TrustedManifests(KernelWalk::bytesOf, SharedWork.MEMORY_BYTES);

  /**
   * Remembers nothing yet.
   *
   * @param slots bound how many walks work at once
   */
  KernelWalk(BootNode node, KernelImages images, CheckSlots slots, InstantSource clock) {
    this.node = node;
    this.images = images;
    this.resolver = new KernelResolver(images, node.cache());
    this.clock = clock;
    Lifetimes lifetimes = Lifetimes.defaults();
    this.resolutions = new SharedWork<>(slots, lifetimes::of, ResolvedKernel::weight);
    this.verdicts = new SharedWork<>(slots, lifetimes::of, Judged::weight);
    this.knownDecisions = new KnownDecisions(node.cache(), resolutions, verdicts);
  }

  /** The decision that was made before, while everything that it was made of is remembered. */
  Optional<Decision> again(KernelRequest request, KernelJudge by) {
    return knownDecisions.again(request, by);
  }

  /**
   * The decision, and where two kernels are possible the one that counts; empty only when it is out
   * of reach.
   */
  Optional<Decision> decide(KernelRequest request, KernelJudge by, Reach reach) {
    BootNames names = node.namesFor(request);
    Optional<Decision> decision = decide(request, names.inForce(), by, reach);
    return names.afterRestart().isEmpty()
        ? decision
        : decision.flatMap(
            now -> decide(request, names.afterRestart().get(), by, reach).map(now::orWorse));
  }

  /** What there is to say without a walk, for the given reason. Never waits. */
  Decision unchecked(KernelRequest request, KernelJudge by, Problem problem) {
    BootNames names = node.namesFor(request);
    Decision decision = unchecked(request, names.inForce(), by, problem);
    return names
        .afterRestart()
        .map(name -> decision.orWorse(unchecked(request, name, by, problem)))
        .orElse(decision);
  }

  /** The manifest with its bytes, if this judge trusted it lately. */
  Optional<ResolvedKernel> trustedManifest(Digest digest, KernelJudge by) {
    return trustedManifests.find(digest, by);
  }

  /** What is known of an image that files are compared with, after it was decided about. */
  KernelStandard standard(KernelReference image, KernelJudge by, Reach.Work work) {
    Decision decision =
        decide(KernelRequest.image(image.toString()), by, work)
            .orElseThrow(() -> new IllegalStateException("work always decides"));
    return node.standardOf(
        image,
        decision,
        decision.digest().flatMap(digest -> trustedManifests.find(digest, by)),
        work.deadline());
  }

  /** Forgets everything: the next walk asks the sources again. */
  void forget() {
    resolutions.forget();
    verdicts.forget();
    trustedManifests.forget();
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

  private static int bytesOf(ResolvedKernel kernel) {
    return kernel.weight() + SharedWork.ENTRY_BYTES;
  }
}
