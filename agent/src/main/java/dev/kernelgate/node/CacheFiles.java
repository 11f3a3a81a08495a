// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.Set;

/**
 * The files of one folder that somebody else writes to. The folder is opened step by step and each
 * file relative to the open folder (openat(2)), and no link is followed on the way: nothing that is
 * read lies elsewhere, whatever is renamed meanwhile. Read only.
 */
final class CacheFiles implements AutoCloseable {

  private final SecureDirectoryStream<Path> folder;

  /** What changes when a file is written or replaced. */
  record Version(FileTime modified, long size, String key) {}

  /** A file that is no plain file: a link, a folder, a pipe. */
  static final class NoPlainFileException extends IOException {
    private static final long serialVersionUID = 1L;

    NoPlainFileException(String name) {
      super(name + " is no plain file");
    }
  }

  /** A file that is larger than it may be. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLargeException(String name, int maxBytes) {
      super(name + " has more than " + maxBytes + " bytes");
    }
  }

  private CacheFiles(SecureDirectoryStream<Path> folder) {
    this.folder = folder;
  }

  /**
   * Opens a folder below a directory. Links that lead to the directory itself are followed, for it
   * is the operator who names it.
   *
   * @throws NoSuchFileException if there is no such folder
   * @throws IOException if it cannot be opened, or is a link
   */
  static CacheFiles open(Path directory, String folder) throws IOException {
    try (DirectoryStream<Path> root = Files.newDirectoryStream(directory)) {
      if (!(root instanceof SecureDirectoryStream<Path> secure)) {
        throw new IOException("this system cannot open files relative to a folder");
      }
      return new CacheFiles(secure.newDirectoryStream(Path.of(folder), LinkOption.NOFOLLOW_LINKS));
    }
  }

  /**
   * What changes when the file does.
   *
   * @throws IOException if there is no such file or it is no plain file
   */
  Version version(String name) throws IOException {
    BasicFileAttributes attributes = attributes(name);
    return new Version(
        attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
  }

  /** Whether there is a plain file of this name. */
  boolean has(String name) throws IOException {
    try {
      attributes(name);
      return true;
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  /**
   * The content; empty when there is no such file.
   *
   * @throws IOException if it is no plain file, cannot be read or is larger than {@code maxBytes}
   */
  Optional<byte[]> read(String name, int maxBytes) throws IOException {
    // A pipe would block when it is opened, so the type comes first.
    if (!has(name)) {
      return Optional.empty();
    }
    try (SeekableByteChannel file =
        folder.newByteChannel(
            Path.of(name), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      if (file.size() > maxBytes) {
        throw new TooLargeException(name, maxBytes);
      }
      ByteBuffer content = ByteBuffer.allocate((int) file.size() + 1);
      while (content.hasRemaining() && file.read(content) >= 0) {
        // Until the end of the file, or the one byte beyond the size that it had.
      }
      if (!content.hasRemaining()) {
        throw new IOException(name + " grew while it was read");
      }
      byte[] bytes = new byte[content.position()];
      content.flip().get(bytes);
      return Optional.of(bytes);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }

  private BasicFileAttributes attributes(String name) throws IOException {
    BasicFileAttributes attributes =
        folder
            .getFileAttributeView(
                Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .readAttributes();
    if (!attributes.isRegularFile()) {
      throw new NoPlainFileException(name);
    }
    return attributes;
  }
}
