// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pointer to content (OCI image-spec, descriptor.md).
 *
 * @param size bytes as stated; the digest decides what the content is, the size only whether it is
 *     worth fetching
 * @param platform the platform as stated, absent where the descriptor has none
 */
record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    Optional<Platform> platform,
    Map<String, String> annotations) {

  /** A platform as an index states it. */
  record Platform(String os, String architecture) {
    boolean isLinuxOn(Architecture host) {
      return os.equals("linux") && Architecture.parse(architecture).equals(Optional.of(host));
    }

    @Override
    public String toString() {
      return os + "/" + architecture;
    }
  }

  static Descriptor parse(JsonObject json) throws MalformedJsonException {
    String digest = json.requireText("digest");
    Optional<JsonObject> platform = json.object("platform");
    return new Descriptor(
        json.text("mediaType").orElse(""),
        Digest.parse(digest)
            .orElseThrow(() -> new MalformedJsonException("a digest is not SHA-256")),
        json.number("size").orElse(0L),
        platform.isEmpty() ? Optional.empty() : Optional.of(platform(platform.get())),
        json.texts("annotations"));
  }

  static List<Descriptor> parseAll(List<JsonObject> array) throws MalformedJsonException {
    List<Descriptor> descriptors = new ArrayList<>(array.size());
    for (JsonObject json : array) {
      descriptors.add(parse(json));
    }
    return List.copyOf(descriptors);
  }

  /**
   * The platform as stated, if it is the host's: linux, its architecture in either spelling.
   * Annotations are not looked at, since the node does not look at them: what is listed for its
   * platform boots, even if BuildKit's annotation calls it an attestation. Those that BuildKit
   * itself lists are for {@code unknown/unknown}.
   */
  Optional<Platform> platformOf(Architecture host) {
    return platform.filter(stated -> stated.isLinuxOn(host));
  }

  /** Whether this is an index inside an index that does not say which platforms it holds. */
  boolean isNestedIndex() {
    return platform.isEmpty() && MediaType.of(mediaType).equals(Optional.of(MediaType.INDEX));
  }

  /** The layer that this points to, where it can be had. */
  KernelLayer from(ImageSource source, Repository repository) {
    return new KernelLayer(source, repository, mediaType, digest, size);
  }

  private static Platform platform(JsonObject json) throws MalformedJsonException {
    return new Platform(json.text("os").orElse(""), json.text("architecture").orElse(""));
  }
}
