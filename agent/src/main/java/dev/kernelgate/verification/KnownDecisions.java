// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.oci.NodeImageCache;
import dev.kernelgate.oci.ResolvedKernel;
import java.util.Optional;

/**
 * Decisions that were put together from remembered parts, to be given again without putting them
 * together again. They decide nothing: a decision is given only while the very parts that it was
 * made of are still remembered. Safe for any thread.
 */
final class KnownDecisions {

  private final NodeImageCache nodeCache;
  private final SharedWork<KernelResolver.Question, ResolvedKernel> resolutions;
  private final SharedWork<VerdictKey, Judged> verdicts;
  private final Cache<KernelRequest, Made> made =
      Caffeine.newBuilder()
          .executor(Runnable::run)
          .maximumWeight(SharedWork.MEMORY_BYTES)
          .weigher((KernelRequest request, Made fresh) -> fresh.weight())
          .build();

  /**
   * A decision and its parts.
   *
   * @param by whoever made it
   * @param cacheGeneration of the node's cache when it was asked
   */
  record Made(
      KernelJudge by,
      long cacheGeneration,
      KernelResolver.Question question,
      ResolvedKernel kernel,
      VerdictKey key,
      Judged judged,
      Decision decision) {

    /** About how much memory it holds on to, in bytes, whoever else does. */
    int weight() {
      return 2 * SharedWork.ENTRY_BYTES + kernel.weight() + judged.weight();
    }
  }

  KnownDecisions(
      NodeImageCache nodeCache,
      SharedWork<KernelResolver.Question, ResolvedKernel> resolutions,
      SharedWork<VerdictKey, Judged> verdicts) {
    this.nodeCache = nodeCache;
    this.resolutions = resolutions;
    this.verdicts = verdicts;
  }

  /**
   * The same decision as before, if the same judge made it and nothing that it was made of has been
   * forgotten or found out anew.
   */
  @SuppressWarnings("ReferenceEquality")
  Optional<Decision> again(KernelRequest request, KernelJudge judge) {
    return Optional.ofNullable(made.getIfPresent(request))
        .filter(before -> before.by() == judge)
        .filter(this::isStillSo)
        .map(Made::decision);
  }

  /** Keeps a decision for the next time. */
  Decision keep(KernelRequest request, Made fresh) {
    made.put(request, fresh);
    return fresh.decision();
  }

  /** Another result of the same work is another object, even where it is equal. */
  @SuppressWarnings("ReferenceEquality")
  private boolean isStillSo(Made before) {
    return before.cacheGeneration() == nodeCache.generation()
        && resolutions
            .known(before.question())
            .filter(kernel -> kernel == before.kernel())
            .isPresent()
        && verdicts.known(before.key()).filter(judged -> judged == before.judged()).isPresent();
  }
}
