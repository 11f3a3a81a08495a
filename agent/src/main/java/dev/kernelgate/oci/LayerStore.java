// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.Digest;
import java.util.Optional;

/**
 * Keeps what was found in layers, so that none is fetched twice. What it gives back is believed as
 * if the layer itself had been read: whoever can write to it decides what a layer holds. Safe for
 * concurrent use; never throws: a store that fails has nothing.
 */
public interface LayerStore {

  /** What was found in the layer. May read the disk. */
  Optional<LayerContents> find(Digest layer);

  /** Keeps what was found in a layer whose bytes had this digest. May wait for the disk. */
  void keep(Digest layer, LayerContents contents);

  /** Keeps nothing. */
  record Nothing() implements LayerStore {
    @Override
    public Optional<LayerContents> find(Digest layer) {
      return Optional.empty();
    }

    @Override
    public void keep(Digest layer, LayerContents contents) {}
  }
}
