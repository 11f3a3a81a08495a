// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layer;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.KernelLayer;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.testing.MemorySource;

/** Layers in memory. */
final class FakeLayer {

  private static final Repository REPOSITORY = new Repository("registry.test", "zone-kernel");

  private FakeLayer() {}

  /** A layer of these bytes. */
  static KernelLayer of(String mediaType, byte[] bytes) {
    return sending(bytes, mediaType, Digest.of(bytes), bytes.length);
  }

  /** A layer of which these bytes are sent, whatever a manifest says about it. */
  static KernelLayer sending(byte[] bytes, String mediaType, Digest digest, long size) {
    MemorySource source = new MemorySource();
    source.serveBlob(digest, bytes);
    return new KernelLayer(source, REPOSITORY, mediaType, digest, size);
  }
}
