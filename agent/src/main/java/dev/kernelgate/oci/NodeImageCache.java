// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.verdict.ProblemException;
import java.util.Optional;

/**
 * The node's own store of images. What it holds boots without the registry being asked, so for a
 * tag that it knows it, and not the registry, says which digest that is. Read only; safe for
 * concurrent use.
 */
public interface NodeImageCache {

  /** Looks at the node again. Reads a local file when that has changed, so it blocks briefly. */
  void look();

  /** Another number whenever {@link #digestFor} may answer otherwise than before. Never waits. */
  long generation();

  /**
   * The manifest that boots for a reference without anybody being asked, as of the last look; empty
   * when the node would ask the registry. Never waits.
   *
   * @throws ProblemException {@code CacheUnreadable} if that cannot be told
   */
  Optional<Digest> digestFor(KernelReference reference) throws ProblemException;

  /**
   * The image that is kept under a digest; empty when one of its files is missing, for then the
   * node fetches it anew. Reads local files.
   *
   * @throws ProblemException {@code CacheUnreadable}, {@code CacheTampered} for what is no plain
   *     file, or {@code LimitExceeded}
   */
  Optional<CachedImage> image(Digest digest) throws ProblemException;

  /** What was found at the last look, as a lower-case fragment for people. */
  String description();

  /** A node whose cache is not looked at: the registry is always asked. */
  static NodeImageCache none() {
    return new NodeImageCache() {
      @Override
      public void look() {}

      @Override
      public long generation() {
        return 0;
      }

      @Override
      public Optional<Digest> digestFor(KernelReference reference) {
        return Optional.empty();
      }

      @Override
      public Optional<CachedImage> image(Digest digest) {
        return Optional.empty();
      }

      @Override
      public String description() {
        return "not looked at";
      }
    };
  }
}
