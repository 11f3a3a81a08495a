// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layout;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * The files of one layout. Only regular files are opened, since a pipe would block for ever, and
 * only below the root after every link is resolved.
 *
 * @param root the directory, itself without links
 */
record LayoutDirectory(Path root) {

  private static final String BLOBS = "blobs/sha256";

  /** What changes whenever a file or directory is written or replaced. */
  record Version(FileTime modified, long size, String fileKey) {}

  /** What is done with a file, by its real path. */
  private interface Use<T> {
    T of(Path real) throws IOException, ProblemException;
  }

  /** The version of a file. */
  Version version(String name) throws ProblemException {
    return version(root.resolve(name));
  }

  /** The version of the folder of blobs: another one as soon as a blob came or went. */
  Version blobsVersion() throws ProblemException {
    return version(BLOBS);
  }

  /** The folder of blobs. */
  Path blobs() {
    return root.resolve(BLOBS);
  }

  /**
   * Reads a file that must be there.
   *
   * @throws ProblemException {@code LimitExceeded} if it is larger than {@code maxBytes}
   */
  byte[] read(String name, int maxBytes) throws ProblemException {
    return readIfPresent(root.resolve(name), maxBytes)
        .orElseThrow(() -> problem(Untrusted.quote(name) + " is missing"));
  }

  /** Reads a blob, empty when there is none of that digest. Its hash is not checked. */
  Optional<byte[]> blob(Digest digest, int maxBytes) throws ProblemException {
    return readIfPresent(blobs().resolve(digest.hex()), maxBytes);
  }

  /** Opens a blob, empty when there is none of that digest; the caller closes it. */
  Optional<InputStream> open(Digest digest) throws ProblemException {
    return using(blobs().resolve(digest.hex()), LayoutDirectory::open);
  }

  /** What is wrong with this layout. */
  ProblemException problem(String what) {
    return new ProblemException(Reason.REGISTRY_MISBEHAVED, describe() + what);
  }

  private Optional<byte[]> readIfPresent(Path file, int maxBytes) throws ProblemException {
    return using(file, real -> readBounded(real, maxBytes));
  }

  /** Does something with a file that is there, is a file, and lies below the root. */
  private <T> Optional<T> using(Path file, Use<T> use) throws ProblemException {
    try {
      Path real = file.toRealPath();
      if (!real.startsWith(root)) {
        throw problem("a link leads out of it, at " + Untrusted.quote(nameOf(file)));
      }
      if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
        throw problem(Untrusted.quote(nameOf(file)) + " is not a file");
      }
      return Optional.of(use.of(real));
    } catch (NoSuchFileException _) {
      requireFolder(file);
      return Optional.empty();
    } catch (IOException e) {
      throw new ProblemException(
          Reason.REGISTRY_MISBEHAVED,
          describe() + Untrusted.quote(nameOf(file)) + " cannot be read",
          e);
    }
  }

  private byte[] readBounded(Path real, int maxBytes) throws IOException, ProblemException {
    try (InputStream stream = open(real)) {
      byte[] bytes = stream.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new ProblemException(
            Reason.LIMIT_EXCEEDED,
            describe() + Untrusted.quote(nameOf(real)) + " has more than " + maxBytes + " bytes");
      }
      return bytes;
    }
  }

  private static InputStream open(Path real) throws IOException {
    return Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS);
  }

  /** A file is only absent from a folder that is there; an unmounted layout has no answers. */
  private void requireFolder(Path file) throws ProblemException {
    if (!Files.isDirectory(file.resolve("..").normalize())) {
      throw problem("its folder of " + Untrusted.quote(nameOf(file)) + " is missing");
    }
    if (Files.isSymbolicLink(file)) {
      throw problem("a link leads nowhere, at " + Untrusted.quote(nameOf(file)));
    }
  }

  private Version version(Path path) throws ProblemException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return new Version(
          attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
    } catch (IOException e) {
      throw new ProblemException(
          Reason.REGISTRY_MISBEHAVED,
          describe() + Untrusted.quote(nameOf(path)) + " cannot be read",
          e);
    }
  }

  private String describe() {
    return "OCI layout " + Untrusted.quote(root.toString()) + ": ";
  }

  private String nameOf(Path file) {
    return file.startsWith(root) ? root.relativize(file).toString() : file.toString();
  }
}
