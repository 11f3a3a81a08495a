// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
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
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * A file that something boots from, by content. Links are followed, as whoever boots from it
 * follows them: what counts is what it would read. The file is hashed again when its status
 * changes, which no program can prevent (inode(7), ctime). For one caller at a time.
 */
final class HashedFile {

  /** Largest file that is hashed; the addons of a GPU kernel have some hundred megabytes. */
  static final long MAX_BYTES = 1L << 30;

  private static final int CHUNK = 128 * 1024;

  /** How coarse the file system's clock may be: a younger status may change unseen. */
  private static final Duration SETTLED = Duration.ofSeconds(2);

  private final Path path;
  private final InstantSource clock;
  private Optional<Hashed> known = Optional.empty();

  private record Version(FileTime changed, FileTime modified, long size, String key) {}

  private record Hashed(Version version, Digest digest) {}

  HashedFile(Path path, InstantSource clock) {
    this.path = path;
    this.clock = clock;
  }

  /**
   * The file's digest; empty if there is no such file.
   *
   * @throws ProblemException {@code DefaultKernelUnknown} if it is no file, too large, unreadable,
   *     or written to meanwhile; {@code DeadlineExceeded}
   */
  Optional<Digest> digest(Deadline deadline) throws ProblemException {
    try {
      Version before = version();
      if (known.filter(hashed -> hashed.version().equals(before)).isPresent()) {
        return known.map(Hashed::digest);
      }
      known = Optional.empty();
      requireSize(before.size());
      Digest digest = hash(deadline);
      if (!version().equals(before)) {
        throw unknown("is being written");
      }
      if (before.changed().toInstant().isBefore(clock.instant().minus(SETTLED))) {
        known = Optional.of(new Hashed(before, digest));
      }
      return Optional.of(digest);
    } catch (NoSuchFileException e) {
      if (Files.isSymbolicLink(path)) {
        throw unknown("leads nowhere");
      }
      return Optional.empty();
    } catch (IOException e) {
      throw unknown("cannot be read: " + Untrusted.quote(e.toString()));
    }
  }

  private Digest hash(Deadline deadline) throws IOException, ProblemException {
    MessageDigest sha256 = Digest.sha256();
    byte[] chunk = new byte[CHUNK];
    long total = 0;
    try (InputStream in = Files.newInputStream(path)) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        total += read;
        requireSize(total);
        if (deadline.isOver()) {
          throw new ProblemException(
              Reason.DEADLINE_EXCEEDED, path + " could not be hashed in time");
        }
        sha256.update(chunk, 0, read);
      }
    }
    return Digest.ofHash(sha256.digest());
  }

  private Version version() throws IOException, ProblemException {
    // A pipe would block when it is opened, so the type comes first.
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw unknown("is no file");
    }
    Map<String, Object> attributes =
        Files.readAttributes(path, "unix:ctime,lastModifiedTime,size,fileKey");
    return new Version(
        (FileTime) attributes.getOrDefault("ctime", FileTime.fromMillis(0)),
        (FileTime) attributes.getOrDefault("lastModifiedTime", FileTime.fromMillis(0)),
        (Long) attributes.getOrDefault("size", 0L),
        String.valueOf(attributes.get("fileKey")));
  }

  private void requireSize(long bytes) throws ProblemException {
    if (bytes > MAX_BYTES) {
      throw unknown("has more than " + MAX_BYTES + " bytes");
    }
  }

  private ProblemException unknown(String what) {
    return new ProblemException(Reason.DEFAULT_KERNEL_UNKNOWN, path + " " + what);
  }
}
