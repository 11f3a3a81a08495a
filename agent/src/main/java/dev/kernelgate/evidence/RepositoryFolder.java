// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.evidence;

import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.oci.Piece;
import dev.kernelgate.oci.VerifiedBytes;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The OCI image layout of one repository, as the image-spec has it ("image-layout.md"): any tool
 * that reads layouts reads this one.
 *
 * @param path the directory, which need not be there
 */
record RepositoryFolder(Path path) {

  /** A tag that still leads where it did is noted that often. */
  private static final Duration CONFIRM_EVERY = Duration.ofMinutes(10);

  private static final String BLOBS = "blobs";
  private static final String ALGORITHM = "sha256";
  private static final String INDEX = "index.json";
  private static final String MARKER = "oci-layout";
  private static final byte[] NO_BYTES = {};

  /** The folder of a repository below the store's root. */
  static RepositoryFolder of(Path root, String name) {
    return new RepositoryFolder(root.resolve(URLEncoder.encode(name, StandardCharsets.UTF_8)));
  }

  /** The blobs' directory. */
  Path blobs() {
    return path.resolve(BLOBS).resolve(ALGORITHM);
  }

  /** Whether its directories are there and are directories; a link to one is not. */
  boolean isComplete() {
    return Stream.of(path, path.resolve(BLOBS), blobs())
        .allMatch(directory -> Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS));
  }

  /** Makes everything but blobs and index. */
  private void create() throws IOException {
    DurableFiles.directory(path);
    DurableFiles.directory(path.resolve(BLOBS));
    DurableFiles.directory(blobs());
    Path marker = path.resolve(MARKER);
    if (!Files.isRegularFile(marker, LinkOption.NOFOLLOW_LINKS)) {
      DurableFiles.write(
          marker, "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * Keeps what was read of a kernel. The blobs are there before the index names them.
   *
   * @param now when it was read
   */
  void keep(Digest root, Digest manifest, List<Piece> pieces, Instant now) throws IOException {
    create();
    List<KeptIndex.Entry> entries = new ArrayList<>();
    for (Piece piece : pieces) {
      keep(piece.content(), now);
      boolean isRoot = piece.content().digest().equals(root);
      Optional<Digest> boots = isRoot ? Optional.of(manifest) : Optional.empty();
      if (piece.tag().isPresent()) {
        entries.add(KeptIndex.Entry.of(piece, piece.tag(), boots, now));
      }
      if (isRoot) {
        entries.add(KeptIndex.Entry.of(piece, Optional.empty(), boots, now));
      }
    }
    replaceIndex(index().with(entries));
  }

  /** Lets a tag lead to what the registry says now, or nowhere if that was never kept. */
  void confirm(KernelReference reference, Digest root, Instant now) throws IOException {
    KeptIndex index = index();
    Optional<KeptIndex.Entry> byTag = index.find(reference);
    boolean isRecent =
        byTag
            .filter(known -> known.digest().equals(root))
            .filter(known -> !now.isBefore(known.since()))
            .filter(known -> now.isBefore(known.since().plus(CONFIRM_EVERY)))
            .isPresent();
    Optional<KeptIndex.Entry> byDigest = index.find(root);
    if (isRecent || (byTag.isEmpty() && byDigest.isEmpty())) {
      return;
    }
    KeptIndex others = index.only(entry -> !entry.tag().equals(reference.tag()));
    replaceIndex(
        byDigest
            .map(known -> others.with(List.of(known.under(reference.tag(), now))))
            .orElse(others));
  }

  /** Takes what is not there any more out of the index. */
  void dropDangling() throws IOException {
    replaceIndex(index());
  }

  /** Keeps a blob, or notes that one that is there and undamaged was used again. */
  private void keep(VerifiedBytes content, Instant now) throws IOException {
    Path file = blobs().resolve(content.digest().hex());
    byte[] present = read(file, content.bytes().length);
    if (!Digest.of(present).equals(content.digest())) {
      DurableFiles.write(file, content.bytes());
    }
    Files.setLastModifiedTime(file, FileTime.from(now));
  }

  /** Whether there is a blob of that name. */
  private boolean has(Digest digest) {
    return Files.isRegularFile(blobs().resolve(digest.hex()), LinkOption.NOFOLLOW_LINKS);
  }

  /** The index; empty when there is none, or none that can be used. */
  KeptIndex index() throws IOException {
    try {
      byte[] json = read(path.resolve(INDEX), KeptIndex.MAX_BYTES);
      return json.length == 0 ? KeptIndex.empty() : KeptIndex.parse(json);
    } catch (MalformedJsonException _) {
      return KeptIndex.empty();
    }
  }

  private void replaceIndex(KeptIndex index) throws IOException {
    DurableFiles.write(path.resolve(INDEX), index.only(entry -> has(entry.digest())).toJson());
  }

  /** The content of a regular file; none for a file that is larger or not there. */
  private static byte[] read(Path file, int maxBytes) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return NO_BYTES;
    }
    try (InputStream in =
        Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      return bytes.length > maxBytes ? NO_BYTES : bytes;
    } catch (NoSuchFileException _) {
      return NO_BYTES;
    }
  }
}
