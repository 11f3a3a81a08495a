// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The one manifest that boots on this host, and the indexes whose own bytes lead to it. Every
 * digest here was computed from bytes by us.
 *
 * @param architecture the architecture it was picked for, confirmed by its config
 * @param digest the manifest's digest: what boots
 * @param indexDigests the indexes from the outermost to the one that lists the manifest; empty for
 *     an image without index
 * @param annotations the manifest's annotations; believed only once a signature covers the manifest
 */
public record PlatformManifest(
    Architecture architecture,
    Digest digest,
    List<Digest> indexDigests,
    Map<String, String> annotations) {

  public PlatformManifest {
    indexDigests = List.copyOf(indexDigests);
    annotations = Map.copyOf(annotations);
  }

  /**
   * Digests a signature over which covers this manifest: its indexes, outermost first, then the
   * manifest itself.
   */
  public List<Digest> signable() {
    List<Digest> digests = new ArrayList<>(indexDigests);
    digests.add(digest);
    return List.copyOf(digests);
  }
}
