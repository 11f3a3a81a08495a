// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.evidence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
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
    if (!ownerOf(directory).equals(ownerOf(Path.of("/proc/self")))) {
      throw new IOException(directory + " belongs to another user");
    }
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

  /** A file's name is on the disk only when its directory is. */
  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Object ownerOf(Path path) throws IOException {
    return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  private static Path parentOf(Path path) {
    return path.resolveSibling("");
  }
}
