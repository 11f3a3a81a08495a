// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The one manifest that boots on this host, and the indexes whose own bytes lead to it. Every
 * digest here was computed from bytes by us.
 *
 * @param architecture the architecture it was picked for, confirmed by its config
 * @param digest the manifest's digest: what boots
 * @param indexDigests the indexes from the outermost to the one that lists the manifest; empty for
 *     an image without index
 * @param annotations the {@linkplain #ANNOTATIONS few} of the manifest's annotations that are
 *     looked at, cut at {@link #MAX_ANNOTATION}; believed only once a signature covers the manifest
 */
public record PlatformManifest(
    Architecture architecture,
    Digest digest,
    List<Digest> indexDigests,
    Map<String, String> annotations) {

  /** What format of kernel image it is. */
  public static final String FORMAT = "dev.edera.kernel.format";

  /** That it is no kernel, but what modules are built with. */
  public static final String SDK_FORMAT = "dev.edera.kernel.sdk.format";

  /** What kind of machine the kernel is for. */
  public static final String FLAVOR = "dev.edera.kernel.flavor";

  /** The kernel's version. */
  public static final String VERSION = "dev.edera.kernel.version";

  /** The annotations that anybody looks at; a manifest may have megabytes of others. */
  public static final Set<String> ANNOTATIONS = Set.of(FORMAT, SDK_FORMAT, FLAVOR, VERSION);

  /** Longer than any format, flavor or version, so that what was cut is none. */
  public static final int MAX_ANNOTATION = 512;

  /** Copies what is looked at. */
  public PlatformManifest {
    indexDigests = List.copyOf(indexDigests);
    annotations =
        annotations.entrySet().stream()
            .filter(annotation -> ANNOTATIONS.contains(annotation.getKey()))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, PlatformManifest::cut));
  }

  private static String cut(Map.Entry<String, String> annotation) {
    String value = annotation.getValue();
    return value.substring(0, Math.min(value.length(), MAX_ANNOTATION));
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
