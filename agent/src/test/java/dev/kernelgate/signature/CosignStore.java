// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.FetchedManifest;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.oci.SignatureCandidate;
import dev.kernelgate.oci.SignatureSearch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The images signed by real cosign, read from their store's files. */
final class CosignStore implements ImageSource {

  private static final Path STORE = Path.of("src/test/resources/cosign");

  private final JsonObject repositories;

  CosignStore() {
    try {
      repositories =
          JsonReader.read(Files.readAllBytes(STORE.resolve("store/registry.json")))
              .requireObject("repos");
    } catch (IOException | MalformedJsonException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] trustedRoot() {
    return read(STORE.resolve("trust/trusted_root.json"));
  }

  /** What is attached to the image with this tag, in the order in which it is found. */
  List<SignatureCandidate> candidates(String repository, String tag) {
    Digest subject = Digest.parse(tags(repository).getOrDefault(tag, "")).orElseThrow();
    SignatureSearch search =
        new SignatureSearch(
            this,
            new Repository("store.test", repository),
            List.of(subject),
            Deadline.after(Duration.ofMinutes(1), () -> 0));
    List<SignatureCandidate> candidates = new ArrayList<>();
    for (Optional<SignatureCandidate> next = search.next();
        next.isPresent();
        next = search.next()) {
      candidates.add(next.get());
    }
    return candidates;
  }

  @Override
  public Optional<FetchedManifest> manifest(
      Repository repository, String selector, Deadline deadline) {
    String digest =
        selector.startsWith("sha256:") ? selector : tags(repository.path()).get(selector);
    return Optional.ofNullable(digest)
        .flatMap(Digest::parse)
        .map(CosignStore::blob)
        .map(body -> new FetchedManifest("", body));
  }

  @Override
  public Optional<byte[]> blob(
      Repository repository, Digest digest, int maxBytes, Deadline deadline) {
    return Optional.of(blob(digest));
  }

  @Override
  public Optional<FetchedManifest> referrers(
      Repository repository, Digest subject, Deadline deadline) {
    return Optional.empty();
  }

  @Override
  public BootSource kind() {
    return BootSource.REGISTRY;
  }

  private Map<String, String> tags(String repository) {
    try {
      return repositories.requireObject(repository).texts("tags");
    } catch (MalformedJsonException e) {
      throw new AssertionError(repository, e);
    }
  }

  private static byte[] blob(Digest digest) {
    return read(STORE.resolve("store/blobs/sha256").resolve(digest.hex()));
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
