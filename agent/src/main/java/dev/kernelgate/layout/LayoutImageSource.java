// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layout;

import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.layout.LayoutDirectory.Version;
import dev.kernelgate.oci.BlobStream;
import dev.kernelgate.oci.FetchedManifest;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.Limits;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Images from an OCI image layout. A tag is looked up by the {@code ref.name} annotations of {@code
 * index.json} in three forms, the exact one first: {@code registry/path:tag}, {@code path:tag}, the
 * bare {@code tag}. The last answers for every repository; what keeps a signature with its
 * repository is the policy, not the layout.
 *
 * <p>{@code index.json} is read again when it changes. Safe for concurrent use; calls block on the
 * disk only.
 */
public final class LayoutImageSource implements ImageSource {

  /** Largest {@code index.json}. */
  static final int MAX_INDEX_BYTES = 4 * 1024 * 1024;

  private static final String INDEX = "index.json";
  private static final String MARKER = "oci-layout";
  private static final int MAX_MARKER_BYTES = 4096;
  private static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";

  private final LayoutDirectory directory;
  private final BootSource kind;
  private final AtomicReference<Optional<Loaded<LayoutIndex>>> index =
      new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<Loaded<SubjectIndex>>> subjects =
      new AtomicReference<>(Optional.empty());

  private record Loaded<T>(Version version, T content) {}

  private LayoutImageSource(LayoutDirectory directory, BootSource kind) {
    this.directory = directory;
    this.kind = kind;
  }

  /** Opens a layout that serves images. */
  public static LayoutImageSource open(Path root) throws ProblemException {
    return open(root, BootSource.LAYOUT);
  }

  /**
   * Opens a layout.
   *
   * @param kind what answers call it
   * @throws ProblemException {@code RegistryMisbehaved} if the directory has no {@code oci-layout}
   *     file of version 1.0.0
   */
  public static LayoutImageSource open(Path root, BootSource kind) throws ProblemException {
    LayoutDirectory directory;
    try {
      directory = new LayoutDirectory(root.toRealPath());
    } catch (IOException e) {
      throw new ProblemException(
          Reason.REGISTRY_MISBEHAVED,
          "OCI layout " + Untrusted.quote(root.toString()) + " cannot be opened",
          e);
    }
    byte[] marker = directory.read(MARKER, MAX_MARKER_BYTES);
    try {
      String version = JsonReader.read(marker).requireText("imageLayoutVersion");
      if (!version.equals("1.0.0")) {
        throw directory.problem("its version is " + Untrusted.quote(version) + ", not '1.0.0'");
      }
    } catch (MalformedJsonException e) {
      throw directory.problem("its oci-layout file is malformed: " + e.getMessage());
    }
    return new LayoutImageSource(directory, kind);
  }

  /**
   * A layout; one that cannot be opened says so in every answer.
   *
   * @param kind what answers call it
   */
  public static ImageSource of(Path root, BootSource kind) {
    try {
      return open(root, kind);
    } catch (ProblemException e) {
      return new UnusableSource(kind, e.problem());
    }
  }

  @Override
  public Optional<FetchedManifest> manifest(
      Repository repository, String selector, Deadline deadline) throws ProblemException {
    requireTime(deadline);
    Optional<Digest> pinned = Digest.parse(selector);
    if (pinned.isPresent()) {
      return directory
          .blob(pinned.get(), Limits.MANIFEST_BYTES)
          .map(bytes -> new FetchedManifest("", bytes));
    }
    Optional<LayoutIndex.Entry> entry =
        index().find(repository.registry(), repository.path(), selector);
    return entry.isEmpty() ? Optional.empty() : Optional.of(named(entry.get(), selector));
  }

  @Override
  public Optional<byte[]> blob(
      Repository repository, Digest digest, int maxBytes, Deadline deadline)
      throws ProblemException {
    requireTime(deadline);
    return directory.blob(digest, maxBytes);
  }

  @Override
  public Optional<BlobStream> stream(Repository repository, Digest digest, Deadline deadline)
      throws ProblemException {
    requireTime(deadline);
    Optional<InputStream> file = directory.open(digest);
    return file.map(open -> new LayoutBlob(directory, open, deadline));
  }

  /**
   * {@inheritDoc}
   *
   * <p>The list is made from the manifests that lie in the layout, listed or not.
   */
  @Override
  public Optional<FetchedManifest> referrers(
      Repository repository, Digest subject, Deadline deadline) throws ProblemException {
    return Optional.of(new FetchedManifest(INDEX_TYPE, subjects(deadline).listFor(subject)));
  }

  @Override
  public BootSource kind() {
    return kind;
  }

  private FetchedManifest named(LayoutIndex.Entry entry, String tag) throws ProblemException {
    if (entry.isAmbiguous()) {
      throw directory.problem(Untrusted.quote(tag) + " names several manifests");
    }
    byte[] bytes =
        directory
            .blob(entry.digest(), Limits.MANIFEST_BYTES)
            .orElseThrow(() -> directory.problem("it lists " + entry.digest() + ", not there"));
    // The index's word for what a tag means is the only one, so the blob has to be that content.
    if (!Digest.of(bytes).equals(entry.digest())) {
      throw directory.problem("the content of " + entry.digest() + " is another");
    }
    return new FetchedManifest(entry.mediaType(), bytes);
  }

  private LayoutIndex index() throws ProblemException {
    Version version = directory.version(INDEX);
    Optional<Loaded<LayoutIndex>> known = index.get();
    if (known.isPresent() && known.get().version().equals(version)) {
      return known.get().content();
    }
    try {
      LayoutIndex read = LayoutIndex.parse(directory.read(INDEX, MAX_INDEX_BYTES));
      index.set(Optional.of(new Loaded<>(version, read)));
      return read;
    } catch (MalformedJsonException e) {
      throw directory.problem("its index.json is malformed: " + e.getMessage());
    }
  }

  private SubjectIndex subjects(Deadline deadline) throws ProblemException {
    Version version = directory.blobsVersion();
    Optional<Loaded<SubjectIndex>> known = subjects.get();
    if (known.isPresent() && known.get().version().equals(version)) {
      return known.get().content();
    }
    SubjectIndex scanned = SubjectIndex.scan(directory, deadline);
    subjects.set(Optional.of(new Loaded<>(version, scanned)));
    return scanned;
  }

  static void requireTime(Deadline deadline) throws ProblemException {
    if (deadline.isOver()) {
      throw new ProblemException(Reason.DEADLINE_EXCEEDED, "no time was left to read the layout");
    }
  }
}
