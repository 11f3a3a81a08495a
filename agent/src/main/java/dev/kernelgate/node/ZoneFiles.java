// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The files that the daemon boots a zone from when no kernel was asked for, by content. Links are
 * followed, as the daemon follows them: what counts is what it would read. A file is hashed again
 * when its status changes, which no program can prevent (inode(7), ctime). Safe for concurrent use:
 * one caller hashes, the others wait for it.
 */
final class ZoneFiles {

  /** Largest file that is hashed; the addons of a GPU kernel have some hundred megabytes. */
  static final long MAX_BYTES = 1L << 30;

  private static final int CHUNK = 128 * 1024;

  /** How coarse the file system's clock may be: a younger status may change unseen. */
  private static final Duration SETTLED = Duration.ofSeconds(2);

  private final Path directory;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ZoneFile, Hashed> known = new EnumMap<>(ZoneFile.class);

  private record Version(FileTime changed, FileTime modified, long size, String key) {}

  private record Hashed(Version version, Digest digest) {}

  ZoneFiles(Path directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * The digests of the files that are there.
   *
   * @throws ProblemException {@code DefaultKernelUnknown} if one is no file, too large, unreadable,
   *     or written to meanwhile; {@code DeadlineExceeded}
   */
  Map<ZoneFile, Digest> read(Deadline deadline) throws ProblemException {
    if (!enter(deadline)) {
      throw tooLate();
    }
    try {
      Map<ZoneFile, Digest> digests = new EnumMap<>(ZoneFile.class);
      for (ZoneFile file : ZoneFile.values()) {
        Optional<Digest> digest = digest(file, deadline);
        digest.ifPresent(found -> digests.put(file, found));
      }
      return digests;
    } finally {
      lock.unlock();
    }
  }

  private boolean enter(Deadline deadline) {
    try {
      return lock.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Optional<Digest> digest(ZoneFile file, Deadline deadline) throws ProblemException {
    Path path = directory.resolve(file.toString());
    try {
      Version before = version(path);
      Optional<Hashed> last = Optional.ofNullable(known.get(file));
      if (last.filter(hashed -> hashed.version().equals(before)).isPresent()) {
        return last.map(Hashed::digest);
      }
      known.remove(file);
      requireSize(path, before.size());
      Digest digest = hash(path, deadline);
      if (!version(path).equals(before)) {
        throw unknown(path, "is being written");
      }
      if (before.changed().toInstant().isBefore(clock.instant().minus(SETTLED))) {
        known.put(file, new Hashed(before, digest));
      }
      return Optional.of(digest);
    } catch (NoSuchFileException e) {
      if (Files.isSymbolicLink(path)) {
        throw unknown(path, "leads nowhere");
      }
      return Optional.empty();
    } catch (IOException e) {
      throw unknown(path, "cannot be read: " + Untrusted.quote(e.toString()));
    }
  }

  private static Digest hash(Path path, Deadline deadline) throws IOException, ProblemException {
    MessageDigest sha256 = sha256();
    byte[] chunk = new byte[CHUNK];
    long total = 0;
    try (InputStream in = Files.newInputStream(path)) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        total += read;
        requireSize(path, total);
        if (deadline.isOver()) {
          throw tooLate();
        }
        sha256.update(chunk, 0, read);
      }
    }
    return Digest.ofHash(sha256.digest());
  }

  private static Version version(Path path) throws IOException, ProblemException {
    // A pipe would block when it is opened, so the type comes first.
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw unknown(path, "is no file");
    }
    Map<String, Object> attributes =
        Files.readAttributes(path, "unix:ctime,lastModifiedTime,size,fileKey");
    return new Version(
        (FileTime) attributes.getOrDefault("ctime", FileTime.fromMillis(0)),
        (FileTime) attributes.getOrDefault("lastModifiedTime", FileTime.fromMillis(0)),
        (Long) attributes.getOrDefault("size", 0L),
        String.valueOf(attributes.get("fileKey")));
  }

  private static void requireSize(Path path, long bytes) throws ProblemException {
    if (bytes > MAX_BYTES) {
      throw unknown(path, "has more than " + MAX_BYTES + " bytes");
    }
  }

  private static ProblemException unknown(Path path, String what) {
    return new ProblemException(Reason.DEFAULT_KERNEL_UNKNOWN, path + " " + what);
  }

  private static ProblemException tooLate() {
    return new ProblemException(
        Reason.DEADLINE_EXCEEDED, "the default kernel files could not be hashed in time");
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
