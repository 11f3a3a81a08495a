// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.kernel.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds out which architecture this host's kernel runs on. */
public final class HostArchitecture {

  /** What {@code uname -m} says, on kernels since 6.1. */
  private static final Path KERNEL_ARCH = Path.of("/proc/sys/kernel/arch");

  private HostArchitecture() {}

  /**
   * The running kernel's architecture; empty if it is one that no zone kernels exist for.
   *
   * @param jvmArchitecture what to believe on an older kernel, the system property {@code os.arch}
   */
  public static Optional<Architecture> detect(String jvmArchitecture) {
    return detect(KERNEL_ARCH, jvmArchitecture);
  }

  static Optional<Architecture> detect(Path kernelArchitecture, String jvmArchitecture) {
    try {
      return Architecture.parse(Files.readString(kernelArchitecture).strip());
    } catch (IOException _) {
      return Architecture.parse(jvmArchitecture);
    }
  }
}
