// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layout;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Digest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The names that a layout's {@code index.json} gives to its manifests. Immutable.
 *
 * @param names what the annotation {@value #REF_NAME} says, and the entries that say it
 */
record LayoutIndex(Map<String, Entry> names) {

  /** The annotation that names an entry (image-spec, annotations.md). */
  static final String REF_NAME = "org.opencontainers.image.ref.name";

  /** Entries that are read; a layout of every kernel ever published has fewer. */
  static final int MAX_ENTRIES = 20_000;

  /**
   * What a name points to.
   *
   * @param isAmbiguous whether several entries have the name, and not the same digest
   */
  record Entry(String mediaType, Digest digest, boolean isAmbiguous) {}

  LayoutIndex {
    names = Map.copyOf(names);
  }

  /**
   * Reads the index. Entries without a name, or with a digest that is not SHA-256, are skipped: no
   * reference can ask for them.
   */
  static LayoutIndex parse(byte[] json) throws MalformedJsonException {
    Map<String, Entry> names = new HashMap<>();
    int read = 0;
    for (JsonObject descriptor : JsonReader.read(json).objects("manifests")) {
      if (++read > MAX_ENTRIES) {
        throw new MalformedJsonException("it has more than " + MAX_ENTRIES + " entries");
      }
      Optional<String> name = Optional.ofNullable(descriptor.texts("annotations").get(REF_NAME));
      Optional<Digest> digest = Digest.parse(descriptor.requireText("digest"));
      if (name.isPresent() && digest.isPresent()) {
        String mediaType = descriptor.text("mediaType").orElse("");
        names.merge(
            name.get(),
            new Entry(mediaType, digest.get(), false),
            (known, other) ->
                new Entry(
                    known.mediaType(),
                    known.digest(),
                    known.isAmbiguous() || !known.digest().equals(other.digest())));
      }
    }
    return new LayoutIndex(names);
  }

  /**
   * The entry for a tag: the one named in full, {@code registry/path:tag}; else {@code path:tag},
   * as a copy of a whole registry names them; else the bare {@code tag}, as tools that copy one
   * repository do.
   */
  Optional<Entry> find(String registry, String path, String tag) {
    return Optional.ofNullable(names.get(registry + "/" + path + ":" + tag))
        .or(() -> Optional.ofNullable(names.get(path + ":" + tag)))
        .or(() -> Optional.ofNullable(names.get(tag)));
  }
}
