// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.evidence;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.JsonText;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.oci.Piece;
import dev.kernelgate.oci.VerifiedBytes;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The {@code index.json} of one repository's layout: what its tags and digests led to, and when the
 * registry last said so. Immutable.
 *
 * @param entries the latest last
 */
record KeptIndex(List<Entry> entries) {

  /** Entries that are kept; the longest unconfirmed go first. */
  static final int MAX_ENTRIES = 1024;

  /** Largest file that is read. */
  static final int MAX_BYTES = 1024 * 1024;

  private static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final String BOOTS = "dev.kernelgate.evidence.boots";
  private static final String SINCE = "dev.kernelgate.evidence.since";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  /**
   * A manifest or index.
   *
   * @param tag the tag that led to it, absent for what was asked for by digest
   * @param boots the manifest that it leads to on this node, where it is the root of a kernel
   * @param since when the registry last said so
   */
  record Entry(
      String mediaType,
      Digest digest,
      long size,
      Optional<String> tag,
      Optional<Digest> boots,
      Instant since) {

    static Entry of(Piece piece, Optional<String> tag, Optional<Digest> boots, Instant since) {
      VerifiedBytes content = piece.content();
      return new Entry(
          piece.mediaType(), content.digest(), content.bytes().length, tag, boots, since);
    }

    /** The same, found under another tag. */
    Entry under(Optional<String> otherTag, Instant when) {
      return new Entry(mediaType, digest, size, otherTag, boots, when);
    }

    private boolean isFor(KernelReference reference) {
      return reference.digest().isPresent()
          ? reference.digest().get().equals(digest) || reference.digest().equals(boots)
          : reference.tag().equals(tag);
    }

    private boolean hasPlaceOf(Entry other) {
      return tag.equals(other.tag) && (tag.isPresent() || digest.equals(other.digest));
    }

    private Map<String, Object> toFields() {
      Map<String, Object> annotations = new LinkedHashMap<>();
      annotations.put(REF_NAME, tag);
      annotations.put(BOOTS, boots);
      annotations.put(SINCE, since);
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("mediaType", mediaType);
      fields.put("digest", digest);
      fields.put("size", size);
      fields.put("annotations", annotations);
      return fields;
    }
  }

  KeptIndex {
    entries =
        entries.stream()
            .sorted(Comparator.comparing(Entry::since))
            .skip(Math.max(0, entries.size() - MAX_ENTRIES))
            .toList();
  }

  static KeptIndex empty() {
    return new KeptIndex(List.of());
  }

  /** Reads what {@link #toJson} wrote; entries that it cannot have written are left out. */
  static KeptIndex parse(byte[] json) throws MalformedJsonException {
    List<Entry> entries = new ArrayList<>();
    for (JsonObject descriptor : JsonReader.read(json).objects("manifests")) {
      entry(descriptor).ifPresent(entries::add);
    }
    return new KeptIndex(entries);
  }

  byte[] toJson() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("schemaVersion", 2);
    fields.put("mediaType", INDEX);
    fields.put("manifests", entries.stream().map(Entry::toFields).toList());
    return JsonText.of(fields).getBytes(StandardCharsets.UTF_8);
  }

  /** What the reference led to; for a manifest also what led to it, since both were read. */
  Optional<Entry> find(KernelReference reference) {
    return entries.stream().filter(entry -> entry.isFor(reference)).findFirst();
  }

  /** What was asked for by this digest, or led to by a tag. */
  Optional<Entry> find(Digest digest) {
    return entries.stream().filter(entry -> entry.digest().equals(digest)).findFirst();
  }

  /** The index that leads to a manifest. */
  Optional<Digest> indexOf(Digest manifest) {
    return entries.reversed().stream()
        .filter(entry -> entry.boots().equals(Optional.of(manifest)))
        .map(Entry::digest)
        .filter(digest -> !digest.equals(manifest))
        .findFirst();
  }

  /** With these entries in the places of earlier ones. */
  KeptIndex with(List<Entry> latest) {
    List<Entry> all = new ArrayList<>(entries);
    for (Entry entry : latest) {
      all.removeIf(entry::hasPlaceOf);
      all.add(entry);
    }
    return new KeptIndex(all);
  }

  /** With those entries only. */
  KeptIndex only(Predicate<Entry> condition) {
    return new KeptIndex(entries.stream().filter(condition).toList());
  }

  private static Optional<Entry> entry(JsonObject descriptor) throws MalformedJsonException {
    Map<String, String> annotations = descriptor.texts("annotations");
    Optional<Digest> digest = Digest.parse(descriptor.requireText("digest"));
    Optional<Instant> since = instant(annotations.getOrDefault(SINCE, ""));
    if (digest.isEmpty() || since.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Entry(
            descriptor.text("mediaType").orElse(""),
            digest.get(),
            descriptor.number("size").orElse(0L),
            Optional.ofNullable(annotations.get(REF_NAME)),
            Digest.parse(annotations.getOrDefault(BOOTS, "")),
            since.get()));
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
