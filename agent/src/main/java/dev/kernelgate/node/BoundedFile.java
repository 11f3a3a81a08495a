// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/** Reads files that somebody else writes. */
final class BoundedFile {

  /** Largest file that is read. */
  static final int MAX_BYTES = 1024 * 1024;

  /** What changes when a file's content does; the key tells a replaced file apart. */
  record Version(Path path, FileTime modified, long size, String key) {}

  private BoundedFile() {}

  /**
   * The file's version, following links as kubelet and the daemon do; empty for what is no regular
   * file, since reading a pipe or a device may never end.
   */
  static Optional<Version> version(Path path) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return attributes.isRegularFile()
          ? Optional.of(
              new Version(
                  path,
                  attributes.lastModifiedTime(),
                  attributes.size(),
                  String.valueOf(attributes.fileKey())))
          : Optional.empty();
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
}
