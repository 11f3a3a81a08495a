// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.InvalidReferenceException;
import dev.kernelgate.kernel.KernelReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the index of the node's image cache says: an OCI index whose entries carry the full name
 * that each image was asked for by, and the format that it was packed in. Immutable.
 *
 * @param names what each tagged name stands for, the last entry of each format; empty for what is
 *     no SHA-256 digest
 * @param entries how many there are, those without a tagged name included
 */
record CacheIndex(Map<KernelReference, Map<String, Optional<Digest>>> names, int entries) {

  static final String NAME = "io.containerd.image.name";
  static final String FORMAT = "dev.krata.oci.packer.format";

  /** Entries that are read. */
  static final int MAX_ENTRIES = 10_000;

  /** An entry has about a dozen values; what is beyond is not the daemon's. */
  private static final int MAX_VALUES = 20 * MAX_ENTRIES;

  CacheIndex {
    names = Map.copyOf(names);
  }

  /**
   * Reads the index. Entries whose name is no reference to a tag are skipped: nobody can ask for
   * them.
   *
   * @throws MalformedJsonException if it is no index or has too many entries
   */
  static CacheIndex parse(byte[] json) throws MalformedJsonException {
    JsonObject index = JsonReader.read(json, MAX_VALUES);
    if (!index.has("manifests")) {
      throw new MalformedJsonException("it is not an index");
    }
    Map<KernelReference, Map<String, Optional<Digest>>> names = new HashMap<>();
    int entries = 0;
    for (JsonObject entry : index.objects("manifests")) {
      if (++entries > MAX_ENTRIES) {
        throw new MalformedJsonException("it has more than " + MAX_ENTRIES + " entries");
      }
      Map<String, String> annotations = entry.texts("annotations");
      Optional<KernelReference> name =
          Optional.ofNullable(annotations.get(NAME)).flatMap(CacheIndex::tagged);
      if (name.isPresent()) {
        names
            .computeIfAbsent(name.get(), _ -> new HashMap<>())
            .put(annotations.getOrDefault(FORMAT, ""), Digest.parse(entry.requireText("digest")));
      }
    }
    return new CacheIndex(names, entries);
  }

  /** The manifests that the name stands for; more than one when formats differ about it. */
  Set<Optional<Digest>> find(KernelReference reference) {
    return Set.copyOf(names.getOrDefault(reference, Map.of()).values());
  }

  private static Optional<KernelReference> tagged(String name) {
    try {
      return Optional.of(KernelReference.parse(name)).filter(parsed -> parsed.digest().isEmpty());
    } catch (InvalidReferenceException _) {
      return Optional.empty();
    }
  }
}
