// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.verdict.Untrusted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads files that somebody else writes. */
final class BoundedFile {

  /** Largest file that is read. */
  static final int MAX_BYTES = 1024 * 1024;

  /**
   * What changes when a file's content does. The key tells a replaced file apart, and the change of
   * attributes, which nobody can set back, one whose modification time was.
   */
  record Version(Path path, FileTime modified, FileTime attributesChanged, long size, String key) {

    /** The latest time at which the file may have come to be what it is. */
    Instant changedAt() {
      return (modified.compareTo(attributesChanged) > 0 ? modified : attributesChanged).toInstant();
    }
  }

  private BoundedFile() {}

  /** What is at a path. */
  sealed interface Found {

    /** A file that can be looked at. */
    record Regular(Version version) implements Found {}

    /** Nothing, definitely. */
    record Nothing() implements Found {}

    /** Something, or perhaps nothing: nobody can tell; why. */
    record Unknown(String why) implements Found {}
  }

  /**
   * Looks, following links as kubelet and the daemon do. What is no regular file is not to be
   * opened: reading a pipe or a device may never end.
   */
  static Found look(Path path) {
    try {
      Map<String, Object> attributes = Files.readAttributes(path, "unix:*");
      return Boolean.TRUE.equals(attributes.get("isRegularFile"))
          ? new Found.Regular(
              new Version(
                  path,
                  (FileTime) required(attributes, "lastModifiedTime"),
                  (FileTime) required(attributes, "ctime"),
                  (Long) required(attributes, "size"),
                  String.valueOf(attributes.get("fileKey"))))
          : new Found.Unknown("it is no file");
    } catch (NoSuchFileException _) {
      return new Found.Nothing();
    } catch (IOException e) {
      return new Found.Unknown(Untrusted.quote(e.toString()));
    }
  }

  /** The file's version, if it is a file and can be looked at. */
  static Optional<Version> version(Path path) {
    return look(path) instanceof Found.Regular(Version version)
        ? Optional.of(version)
        : Optional.empty();
  }

  /** When the file or link itself was made, as its modification time says. */
  static Optional<Instant> madeAt(Path path) {
    try {
      return Optional.of(Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant());
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /**
   * The content.
   *
   * @throws IOException if it cannot be read or is larger than {@link #MAX_BYTES}
   */
  static byte[] read(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("it is larger than " + MAX_BYTES + " bytes");
      }
      return bytes;
    }
  }

  private static Object required(Map<String, Object> attributes, String name) {
    return Objects.requireNonNull(attributes.get(name));
  }
}
