// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * The file that the host itself was booted from, by its name: whether it was another one when the
 * host booted cannot be told from it. For one caller at a time.
 */
public final class HostKernelFile {

  private final Path path;
  private final HashedFile file;

  public HostKernelFile(Path path, InstantSource clock) {
    this.path = path;
    this.file = new HashedFile(path, clock);
  }

  /** Where distributions keep the kernel that runs: {@code /boot/vmlinuz-} and its release. */
  public static Path usual() {
    // On Linux this is the release that uname(2) tells, in containers as well.
    return Path.of("/boot/vmlinuz-" + System.getProperty("os.version", ""));
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /**
   * Its content. Reads all of it when it has changed, so it blocks.
   *
   * @throws ProblemException if there is no such file, it cannot be read or not in time
   */
  public Digest digest(Deadline deadline) throws ProblemException {
    return file.digest(deadline)
        .orElseThrow(
            () -> new ProblemException(Reason.DEFAULT_KERNEL_UNKNOWN, "there is no file " + path));
  }
}
