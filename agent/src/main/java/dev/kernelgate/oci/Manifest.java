// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a registry serves under {@code /manifests/}: an index or a manifest, parsed from bytes that
 * were hashed. Which one it is must be unambiguous: the stated types agree, and the members are
 * those of one kind (CVE-2021-41190).
 */
sealed interface Manifest {

  /** The bytes it was parsed from. */
  VerifiedBytes bytes();

  /** An image index or a Docker manifest list. */
  record Index(VerifiedBytes bytes, List<Descriptor> manifests) implements Manifest {}

  /** An image manifest, of a kernel or of an artifact attached to one. */
  record Image(
      VerifiedBytes bytes,
      Descriptor config,
      List<Descriptor> layers,
      Map<String, String> annotations,
      Optional<Digest> subject)
      implements Manifest {}

  /**
   * Parses either kind.
   *
   * @param stated the media type that came with the bytes, empty when none did
   * @throws ProblemException {@code RegistryMisbehaved} if it is neither, or {@code LimitExceeded}
   */
  static Manifest parse(VerifiedBytes bytes, String stated) throws ProblemException {
    try {
      JsonObject json = JsonReader.read(bytes.bytes());
      return switch (kindOf(json, stated)) {
        case INDEX -> index(bytes, json);
        case MANIFEST -> image(bytes, json);
      };
    } catch (MalformedJsonException e) {
      throw new ProblemException(
          Reason.REGISTRY_MISBEHAVED,
          "manifest " + bytes.digest() + " is malformed: " + e.getMessage(),
          e);
    }
  }

  private static MediaType kindOf(JsonObject json, String stated) throws MalformedJsonException {
    boolean listsManifests = json.has("manifests");
    boolean listsLayers = json.has("layers") || json.has("config");
    if (listsManifests == listsLayers) {
      throw new MalformedJsonException(
          listsManifests
              ? "it is an index and a manifest at once"
              : "it is neither an index nor a manifest");
    }
    MediaType kind = listsManifests ? MediaType.INDEX : MediaType.MANIFEST;
    requireKind(kind, stated);
    requireKind(kind, json.text("mediaType").orElse(""));
    return kind;
  }

  private static void requireKind(MediaType kind, String stated) throws MalformedJsonException {
    if (!stated.isEmpty() && !MediaType.of(stated).equals(Optional.of(kind))) {
      throw new MalformedJsonException(
          "its media type " + Untrusted.quote(stated) + " is not that of its content");
    }
  }

  private static Index index(VerifiedBytes bytes, JsonObject json)
      throws MalformedJsonException, ProblemException {
    List<JsonObject> entries = json.objects("manifests");
    requireAtMost(entries.size(), Limits.INDEX_ENTRIES, "entries", bytes);
    return new Index(bytes, Descriptor.parseAll(entries));
  }

  private static Image image(VerifiedBytes bytes, JsonObject json)
      throws MalformedJsonException, ProblemException {
    List<JsonObject> layers = json.objects("layers");
    requireAtMost(layers.size(), Limits.LAYERS, "layers", bytes);
    Optional<JsonObject> subject = json.object("subject");
    return new Image(
        bytes,
        Descriptor.parse(json.requireObject("config")),
        Descriptor.parseAll(layers),
        json.texts("annotations"),
        subject.isEmpty()
            ? Optional.empty()
            : Optional.of(Descriptor.parse(subject.get()).digest()));
  }

  private static void requireAtMost(int count, int limit, String what, VerifiedBytes bytes)
      throws ProblemException {
    if (count > limit) {
      throw new ProblemException(
          Reason.LIMIT_EXCEEDED,
          "manifest " + bytes.digest() + " lists " + count + " " + what + ", more than " + limit);
    }
  }
}
