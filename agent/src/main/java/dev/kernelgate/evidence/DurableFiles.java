// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * Files and directories that are there as a whole or not at all, also after a power cut, and that
 * nobody else can read. Links are not followed below a directory that was made here.
 */
final class DurableFiles {

  /** How names of unfinished files begin; none of them is ever read. */
  static final String UNFINISHED = ".unfinished-";

  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.copyOf(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(OWNER_ONLY);

  private DurableFiles() {}

  /**
   * Makes the directory, or makes sure that what is there is one, is ours, and is closed to others.
   *
   * @throws IOException if it cannot be made, or something else is in its place; the message is a
   *     fragment
   */
  static void directory(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.isDirectory(parentOf(directory))) {
        throw new IOException("there is no directory " + parentOf(directory));
      }
      Files.createDirectory(directory, PRIVATE_DIRECTORY);
      sync(parentOf(directory));
      return;
    }
    PosixFileAttributes attributes =
        Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isDirectory()) {
      throw new IOException(directory + " is not a directory");
    }
    requireOwn(directory);
    if (!attributes.permissions().equals(OWNER_ONLY)) {
      Files.setPosixFilePermissions(directory, OWNER_ONLY);
    }
  }

  /** Puts the bytes in the file's place in one step; they are on the disk when this returns. */
  static void write(Path file, byte[] bytes) throws IOException {
    Path unfinished = file.resolveSibling(UNFINISHED + file.getFileName());
    Files.deleteIfExists(unfinished);
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PRIVATE_FILE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    sync(parentOf(file));
  }

  /**
   * The content of a file that only this user can have written, since it is believed; empty when
   * there is none.
   *
   * @throws IOException if it is no plain file, another user's, open to others for writing, or
   *     larger than {@code maxBytes}; or cannot be read
   */
  static Optional<byte[]> readOwn(Path file, int maxBytes) throws IOException {
    PosixFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
    if (!attributes.isRegularFile()) {
      throw new IOException(file + " is no plain file");
    }
    requireOwn(file);
    if (attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
        || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException(file + " can be written by others");
    }
    try (InputStream in =
        Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new IOException(file + " has more than " + maxBytes + " bytes");
      }
      return Optional.of(bytes);
    }
  }

  /** A file's name is on the disk only when its directory is. */
  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void requireOwn(Path path) throws IOException {
    if (!ownerOf(path).equals(ownerOf(Path.of("/proc/self")))) {
      throw new IOException(path + " belongs to another user");
    }
  }

  private static Object ownerOf(Path path) throws IOException {
    return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  private static Path parentOf(Path path) {
    return path.resolveSibling("");
  }
}
