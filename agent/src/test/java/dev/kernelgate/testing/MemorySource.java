// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.BlobStream;
import dev.kernelgate.oci.FetchedManifest;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.verdict.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An {@link ImageSource} that holds what a test put there, whatever repository is named, and
 * remembers what was asked. It hands out bytes under any name they were put under, as a hostile
 * registry may.
 */
public final class MemorySource implements ImageSource {

  private final Map<String, FetchedManifest> manifests = new HashMap<>();
  private final Map<Digest, byte[]> blobs = new HashMap<>();
  private final Map<String, ProblemException> failures = new HashMap<>();
  private final Map<Digest, FetchedManifest> referrers = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private Optional<ProblemException> outage = Optional.empty();

  /** Stores a manifest under its digest and the given tags. */
  public Digest manifest(String mediaType, String json, String... tags) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    FetchedManifest manifest = new FetchedManifest(mediaType, body);
    manifests.put(Digest.of(body).toString(), manifest);
    for (String tag : tags) {
      manifests.put(tag, manifest);
    }
    return Digest.of(body);
  }

  /** Serves these bytes for a tag or digest, whatever they hash to. */
  public void serve(String selector, String mediaType, String body) {
    manifests.put(selector, new FetchedManifest(mediaType, body.getBytes(StandardCharsets.UTF_8)));
  }

  /** A manifest's bytes. */
  public byte[] manifestBytes(Digest digest) {
    return Objects.requireNonNull(manifests.get(digest.toString())).body();
  }

  /** The bytes of the config that a manifest names. */
  public byte[] configBytes(Digest manifest) {
    String json = new String(manifestBytes(manifest), StandardCharsets.UTF_8);
    return blobs.entrySet().stream()
        .filter(blob -> json.contains(blob.getKey().toString()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow();
  }

  /** Stores a blob. */
  public Digest blob(String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    blobs.put(Digest.of(bytes), bytes);
    return Digest.of(bytes);
  }

  /** Serves these bytes for a blob, whatever they hash to. */
  public void serveBlob(Digest digest, byte[] bytes) {
    blobs.put(digest, bytes);
  }

  /** Answers the referrers API for a subject. */
  public void referrers(Digest subject, String mediaType, String json) {
    referrers.put(subject, new FetchedManifest(mediaType, json.getBytes(StandardCharsets.UTF_8)));
  }

  /** Fails whenever this tag or digest is asked for. */
  public void fail(String selector, ProblemException failure) {
    failures.put(selector, failure);
  }

  /** Fails whatever is asked for. */
  public void failAlways(ProblemException failure) {
    outage = Optional.of(failure);
  }

  /** Answers again. */
  public void heal(String selector) {
    failures.remove(selector);
  }

  /** Everything that was asked for, in order: tags and digests. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public Optional<FetchedManifest> manifest(
      Repository repository, String selector, Deadline deadline) throws ProblemException {
    record(selector);
    return Optional.ofNullable(manifests.get(selector));
  }

  @Override
  public Optional<byte[]> blob(
      Repository repository, Digest digest, int maxBytes, Deadline deadline)
      throws ProblemException {
    record(digest.toString());
    return Optional.ofNullable(blobs.get(digest));
  }

  @Override
  public Optional<BlobStream> stream(Repository repository, Digest digest, Deadline deadline)
      throws ProblemException {
    record(digest.toString());
    return Optional.ofNullable(blobs.get(digest)).map(MemoryBlob::new);
  }

  @Override
  public Optional<FetchedManifest> referrers(
      Repository repository, Digest subject, Deadline deadline) throws ProblemException {
    record("referrers " + subject);
    return Optional.ofNullable(referrers.get(subject));
  }

  @Override
  public BootSource kind() {
    return BootSource.REGISTRY;
  }

  private void record(String selector) throws ProblemException {
    asked.add(selector);
    if (outage.isPresent()) {
      throw outage.get();
    }
    ProblemException failure = failures.get(selector);
    if (failure != null) {
      throw failure;
    }
  }
}
