// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps what trusted verdicts were derived from, so that they can be derived again while a registry
 * is silent. It keeps no verdicts, and what it gives back is hashed and verified as if a stranger
 * had sent it. Safe for concurrent use; never throws: a store that fails has nothing.
 */
public interface EvidenceStore {

  /**
   * What was kept about an image.
   *
   * @param source answers the same questions as the registry did
   * @param since when the registry last said so
   */
  record Kept(ImageSource source, Instant since) {}

  /** What was kept about the image, under this very tag or digest. May read the disk. */
  Optional<Kept> of(KernelReference reference);

  /**
   * Keeps what a trusted verdict was derived from. Returns at once; nobody waits for the disk.
   *
   * @param reference what was asked for
   * @param root what it led to: the outermost index, or the manifest of an image without one
   * @param manifest what boots, at the end of the way
   */
  void keep(KernelReference reference, Digest root, Digest manifest, List<Piece> pieces);

  /** The index of the same repository that led to a manifest. May read the disk. */
  Optional<Digest> indexOf(KernelReference reference, Digest manifest);

  /**
   * Takes note of what the registry says a reference leads to now. A tag that has moved on to
   * something that was never trusted is forgotten. Returns at once.
   */
  void confirm(KernelReference reference, Digest root);

  /** How much disk is taken up, in bytes. */
  long bytes();

  /** Keeps nothing. */
  record Nothing() implements EvidenceStore {
    @Override
    public Optional<Kept> of(KernelReference reference) {
      return Optional.empty();
    }

    @Override
    public void keep(KernelReference reference, Digest root, Digest manifest, List<Piece> pieces) {}

    @Override
    public Optional<Digest> indexOf(KernelReference reference, Digest manifest) {
      return Optional.empty();
    }

    @Override
    public void confirm(KernelReference reference, Digest root) {}

    @Override
    public long bytes() {
      return 0;
    }
  }
}
