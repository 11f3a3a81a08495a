// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.ResolvedKernel;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * The platform manifests that were trusted lately, with their bytes: a launcher can boot from
 * exactly what was verified. Bounded by weight. Safe for any thread.
 */
final class TrustedManifests {

  private final Cache<Digest, Trusted> manifests;

  /** A kernel and whoever trusted it. */
  private record Trusted(ResolvedKernel kernel, KernelJudge by) {}

  /** None yet; they may weigh so much together. */
  TrustedManifests(ToIntFunction<ResolvedKernel> weight, long maxWeight) {
    this.manifests =
        Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumWeight(maxWeight)
            .weigher((Digest digest, Trusted trusted) -> weight.applyAsInt(trusted.kernel()))
            .build();
  }

  void add(ResolvedKernel kernel, KernelJudge by) {
    manifests.put(kernel.bytes().digest(), new Trusted(kernel, by));
  }

  /** The manifest, if this very judge trusted it. */
  @SuppressWarnings("ReferenceEquality")
  Optional<ResolvedKernel> find(Digest digest, KernelJudge by) {
    return Optional.ofNullable(manifests.getIfPresent(digest))
        .filter(trusted -> trusted.by() == by)
        .map(Trusted::kernel);
  }

  void forget() {
    manifests.invalidateAll();
  }
}
