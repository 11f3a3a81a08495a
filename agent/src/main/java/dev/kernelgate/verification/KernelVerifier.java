// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.oci.KernelImages;
import dev.kernelgate.oci.ResolvedKernel;
import dev.kernelgate.policy.KernelStandard;
import dev.kernelgate.policy.Policy;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import java.time.InstantSource;
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

  private final BootNode node;
  private final KernelImages images;
  private final KernelWalk walk;
  private final InstantSource clock;
  private volatile KernelJudge judge;

  /** A verifier that judges by this policy and these signatures until {@link #judgeBy}. */
  public KernelVerifier(
      BootNode node,
      KernelImages images,
      SignatureVerifier signatures,
      Policy policy,
      CheckSlots slots,
      InstantSource clock) {
    this.node = node;
    this.images = images;
    this.walk = new KernelWalk(node, images, slots, clock);
    this.judge = new KernelJudge(images, signatures, policy, clock);
    this.clock = clock;
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
    return walk.again(request, judge).or(() -> decide(request, new Reach.Memory()));
  }

  /**
   * The decision when there was no check, for the given reason; it still says which rule covers the
   * image and whether that enforces. Never waits.
   */
  public Decision unchecked(KernelRequest request, Problem problem) {
    return walk.unchecked(request, judge, problem);
  }

  /**
   * The platform manifest with its bytes, if it was trusted lately and is still remembered: a
   * launcher can boot from exactly what was verified.
   */
  public Optional<ResolvedKernel> trustedManifest(Digest digest) {
    return walk.trustedManifest(digest, judge);
  }

  /**
   * What is known of an image that files of the node are compared with, after it was verified as a
   * pod's kernel is. Never throws; waits for sources.
   */
  public KernelStandard standard(KernelReference image, Deadline deadline) {
    node.cache().look();
    return walk.standard(image, judge, new Reach.Work(new Asker.Node(), deadline));
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
    walk.forget();
  }

  /** Whoever judged has to be in office still when the decision is given. */
  private Optional<Decision> decide(KernelRequest request, Reach reach) {
    KernelJudge current = judge;
    Optional<Decision> decision = walk.decide(request, current, reach);
    while (current != judge) {
      current = judge;
      decision = walk.decide(request, current, reach);
    }
    return decision;
  }
}
