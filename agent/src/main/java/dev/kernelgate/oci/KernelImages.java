// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.verdict.ProblemException;

/**
 * Kernel images for one host, from whichever source answers for them. Immutable, safe for any
 * thread; calls block.
 */
public final class KernelImages {

  private final ImageSources sources;
  private final PlatformResolver resolver;

  public KernelImages(ImageSources sources, Architecture host) {
    this.sources = sources;
    this.resolver = new PlatformResolver(host);
  }

  /** The architecture that manifests are picked for. */
  public Architecture host() {
    return resolver.host();
  }

  /**
   * The manifest that the host boots for a reference.
   *
   * @throws ProblemException as {@link PlatformResolver#resolve}
   */
  public ResolvedKernel resolve(KernelReference reference, Deadline deadline)
      throws ProblemException {
    return resolver.resolve(sources.sourceFor(reference), reference, deadline);
  }

  /**
   * The manifest that the host boots from its own cache.
   *
   * @throws ProblemException {@code CacheTampered}, or as {@link #resolve}
   */
  public ResolvedKernel resolve(CachedImage cached, KernelReference reference, Deadline deadline)
      throws ProblemException {
    return resolver.resolve(cached, reference.at(cached.digest()), deadline);
  }

  /** A search for signatures over the kernel, which has not asked anything yet. */
  public SignatureSearch signaturesOf(
      KernelReference reference, ResolvedKernel kernel, Deadline deadline) {
    return new SignatureSearch(
        sources.sourceFor(reference),
        Repository.of(reference),
        kernel.manifest().signable(),
        deadline);
  }
}
