// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import java.util.Set;

/**
 * The name of the socket in the file system. It appears in one step, with its final owner and mode,
 * in place of a stale one; a name that somebody answers at is never taken. A lock file beside it
 * keeps two agents that start at once apart. Not safe for concurrent use.
 */
final class SocketFile implements AutoCloseable {

  private static final String DIRECTORY_MODE = "rwxr-x---";
  private static final String LOCK_MODE = "rw-------";

  /**
   * {@code sun_path} of unix(7) has 108 bytes with the final NUL; {@code .new} is added to ours.
   */
  private static final int MAX_PATH_BYTES = 103;

  private final Path path;
  private final Set<PosixFilePermission> permissions;
  private final Optional<String> group;
  private final FileChannel lock;
  private Optional<Object> inode = Optional.empty();

  private SocketFile(SocketSettings settings, FileChannel lock) {
    this.path = settings.path();
    this.permissions = settings.permissions();
    this.group = settings.group();
    this.lock = lock;
  }

  /**
   * Takes the name, or says who has it.
   *
   * @throws IOException if somebody answers there, if something else than a socket has the name, or
   *     if the directory cannot be used; the message is a sentence for the operator
   */
  static SocketFile claim(SocketSettings settings) throws IOException {
    Path path = settings.path();
    if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
      throw new IOException(
          "The socket path " + path + " is longer than " + MAX_PATH_BYTES + " bytes.");
    }
    makeDirectory(parent(path), settings.group());
    FileChannel lock = lock(path);
    try {
      requireFree(path);
      Files.deleteIfExists(unpublished(path));
      return new SocketFile(settings, lock);
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  /** Where to bind; nobody connects there. */
  Path bindPath() {
    return unpublished(path);
  }

  /** Gives the bound socket its mode, its group and, last, its name. */
  void publish() throws IOException {
    Path bound = bindPath();
    Files.setPosixFilePermissions(bound, permissions);
    if (group.isPresent()) {
      setGroup(bound, group.get());
    }
    inode = Optional.of(inode(bound));
    Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes the name if it is still ours, and lets the next agent have it. */
  @Override
  public void close() throws IOException {
    try (lock) {
      Files.deleteIfExists(bindPath());
      if (inode.isPresent() && Files.exists(path) && inode(path).equals(inode.get())) {
        Files.delete(path);
      }
    }
  }

  private static void makeDirectory(Path directory, Optional<String> group) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    try {
      Files.createDirectories(parent(directory));
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(DIRECTORY_MODE)));
    } catch (FileSystemException e) {
      throw new IOException(
          "The socket's directory %s cannot be made (%s)."
              .formatted(directory, e.getClass().getSimpleName()),
          e);
    }
    if (group.isPresent()) {
      setGroup(directory, group.get());
    }
  }

  private static FileChannel lock(Path path) throws IOException {
    FileChannel channel = openLock(path.resolveSibling(path.getFileName() + ".lock"));
    Optional<FileLock> held = tryLock(channel);
    if (held.isEmpty()) {
      channel.close();
      throw taken(path);
    }
    return channel;
  }

  private static FileChannel openLock(Path file) throws IOException {
    try {
      return FileChannel.open(
          file,
          Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(LOCK_MODE)));
    } catch (FileSystemException e) {
      throw new IOException(
          "The lock file %s cannot be made (%s).".formatted(file, e.getClass().getSimpleName()), e);
    }
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException _) {
      return Optional.empty();
    }
  }

  private static void requireFree(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    BasicFileAttributes attributes =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isOther()) {
      throw new IOException("There is a file at " + path + " that is not a socket; it is kept.");
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false);
      channel.connect(UnixDomainSocketAddress.of(path));
      throw taken(path);
    } catch (ConnectException _) {
      // Nobody listens: its process has ended. Publishing replaces it.
    }
  }

  /**
   * A file that is made with the group already keeps it without a call: the system call filter of
   * our unit allows none that changes owners.
   */
  private static void setGroup(Path path, String group) throws IOException {
    PosixFileAttributeView file = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    try {
      GroupPrincipal wanted =
          path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
      if (!file.readAttributes().group().equals(wanted)) {
        file.setGroup(wanted);
      }
    } catch (UserPrincipalNotFoundException e) {
      throw new IOException("There is no group named '" + group + "'.", e);
    } catch (FileSystemException e) {
      throw new IOException(
          "The group of %s cannot become '%s': that takes root, or a member of the group whom no"
                  .formatted(path, group)
              + " system call filter hinders. A socket unit can give the socket any group.",
          e);
    }
  }

  private static Path parent(Path path) throws IOException {
    return Optional.ofNullable(path.toAbsolutePath().getParent())
        .orElseThrow(() -> new IOException("The socket path " + path + " names no file."));
  }

  private static Object inode(Path path) throws IOException {
    return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
  }

  private static Path unpublished(Path path) {
    return path.resolveSibling(path.getFileName() + ".new");
  }

  private static IOException taken(Path path) {
    return new IOException("Another process answers at " + path + "; it is not disturbed.");
  }
}
