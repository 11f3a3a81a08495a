// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The files that the daemon boots a zone from when no kernel was asked for, by content. Safe for
 * concurrent use: one caller hashes, the others wait for it.
 */
final class ZoneFiles {

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ZoneFile, HashedFile> files = new EnumMap<>(ZoneFile.class);

  ZoneFiles(Path directory, InstantSource clock) {
    for (ZoneFile file : ZoneFile.values()) {
      files.put(file, new HashedFile(directory.resolve(file.toString()), clock));
    }
  }

  /**
   * The digests of the files that are there.
   *
   * @throws ProblemException as {@link HashedFile#digest}
   */
  Map<ZoneFile, Digest> read(Deadline deadline) throws ProblemException {
    if (!enter(deadline)) {
      throw new ProblemException(
          Reason.DEADLINE_EXCEEDED, "the default kernel files could not be hashed in time");
    }
    try {
      Map<ZoneFile, Digest> digests = new EnumMap<>(ZoneFile.class);
      for (Map.Entry<ZoneFile, HashedFile> file : files.entrySet()) {
        Optional<Digest> digest = file.getValue().digest(deadline);
        digest.ifPresent(found -> digests.put(file.getKey(), found));
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
}
