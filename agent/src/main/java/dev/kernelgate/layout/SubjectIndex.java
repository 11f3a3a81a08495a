// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layout;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.JsonText;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which manifests of a layout refer to which subject. A layout has no referrers API, and a copy of
 * a registry that had one keeps its signatures as blobs that nothing lists; so the blobs themselves
 * are looked through, small ones only, each hashed before it is believed. Immutable.
 *
 * @param referrers descriptors by subject, in order of their digests
 */
record SubjectIndex(Map<Digest, List<Map<String, Object>>> referrers) {

  /** Blobs in a layout that is looked through; beyond, there is no answer. */
  static final int MAX_BLOBS = 20_000;

  /** Largest blob that is opened; a signature's manifest has about 1 KB. */
  static final int MAX_MANIFEST_BYTES = 64 * 1024;

  private static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";

  /**
   * Looks through the layout.
   *
   * @throws ProblemException {@code LimitExceeded} if it has too many blobs, {@code
   *     DeadlineExceeded}, or {@code RegistryMisbehaved} if it cannot be read
   */
  static SubjectIndex scan(LayoutDirectory layout, Deadline deadline) throws ProblemException {
    Map<Digest, List<Map<String, Object>>> referrers = new HashMap<>();
    for (Digest digest : smallBlobs(layout)) {
      if (deadline.isOver()) {
        throw new ProblemException(
            Reason.DEADLINE_EXCEEDED, "the layout's blobs could not be looked through in time");
      }
      Optional<byte[]> blob = layout.blob(digest, MAX_MANIFEST_BYTES);
      if (blob.isPresent() && looksLikeReferrer(blob.get())) {
        add(referrers, digest, blob.get());
      }
    }
    return new SubjectIndex(Map.copyOf(referrers));
  }

  /** The index that a registry's referrers API would answer with. */
  byte[] listFor(Digest subject) {
    Map<String, Object> index = new LinkedHashMap<>();
    index.put("schemaVersion", 2);
    index.put("mediaType", INDEX_TYPE);
    index.put("manifests", referrers.getOrDefault(subject, List.of()));
    return JsonText.of(index).getBytes(StandardCharsets.UTF_8);
  }

  private static Iterable<Digest> smallBlobs(LayoutDirectory layout) throws ProblemException {
    TreeSet<Digest> digests = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(layout.blobs())) {
      int seen = 0;
      for (Path file : files) {
        if (++seen > MAX_BLOBS) {
          throw new ProblemException(
              Reason.LIMIT_EXCEEDED, "the layout has more than " + MAX_BLOBS + " blobs");
        }
        Optional<Digest> digest = Digest.parse("sha256:" + file.getFileName());
        if (digest.isPresent() && Files.isRegularFile(file) && isSmall(file)) {
          digests.add(digest.get());
        }
      }
      return digests;
    } catch (IOException | DirectoryIteratorException _) {
      throw layout.problem("its blobs cannot be listed");
    }
  }

  private static boolean isSmall(Path file) throws IOException {
    return Files.size(file) <= MAX_MANIFEST_BYTES;
  }

  /** A cheap look before parsing: most blobs of an image are no JSON or have no subject. */
  private static boolean looksLikeReferrer(byte[] blob) {
    return blob.length > 0
        && blob[0] == '{'
        && new String(blob, StandardCharsets.ISO_8859_1).contains("\"subject\"");
  }

  private static void add(
      Map<Digest, List<Map<String, Object>>> referrers, Digest digest, byte[] blob) {
    if (!Digest.of(blob).equals(digest)) {
      return;
    }
    try {
      JsonObject manifest = JsonReader.read(blob);
      Optional<JsonObject> subject = manifest.object("subject");
      if (subject.isEmpty() || manifest.number("schemaVersion").isEmpty()) {
        return;
      }
      Optional<Digest> subjectDigest = Digest.parse(subject.get().requireText("digest"));
      Map<String, Object> descriptor = descriptor(manifest, digest, blob.length);
      subjectDigest.ifPresent(
          named -> referrers.computeIfAbsent(named, _ -> new ArrayList<>()).add(descriptor));
    } catch (MalformedJsonException _) {
      // Any blob may look like a manifest and be none; it refers to nothing then.
    }
  }

  /** As the distribution-spec builds it, "Listing Referrers". */
  private static Map<String, Object> descriptor(JsonObject manifest, Digest digest, int size)
      throws MalformedJsonException {
    Optional<JsonObject> config = manifest.object("config");
    Optional<String> configType =
        config.isEmpty() ? Optional.empty() : config.get().text("mediaType");
    Map<String, Object> descriptor = new LinkedHashMap<>();
    descriptor.put("mediaType", manifest.text("mediaType"));
    descriptor.put("digest", digest);
    descriptor.put("size", size);
    descriptor.put("artifactType", manifest.text("artifactType").or(() -> configType));
    descriptor.put("annotations", manifest.texts("annotations"));
    return descriptor;
  }
}
