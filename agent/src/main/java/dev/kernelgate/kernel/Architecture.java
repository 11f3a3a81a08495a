// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

import java.util.Optional;

/**
 * A processor architecture that Edera builds kernels for. Both spellings in use are the same
 * architecture: the kernel's own ({@code uname -m}) and Go's, which image indexes use.
 */
public enum Architecture {
  AMD64("amd64", "x86_64"),
  ARM64("arm64", "aarch64");

  private final String ociName;
  private final String unameName;

  Architecture(String ociName, String unameName) {
    this.ociName = ociName;
    this.unameName = unameName;
  }

  /** The architecture of either spelling, compared exactly; empty for any other. */
  public static Optional<Architecture> parse(String name) {
    for (Architecture architecture : values()) {
      if (name.equals(architecture.ociName) || name.equals(architecture.unameName)) {
        return Optional.of(architecture);
      }
    }
    return Optional.empty();
  }

  /** Reads {@code linux/amd64}, {@code linux/aarch64} and the like; zones run Linux only. */
  public static Optional<Architecture> parsePlatform(String platform) {
    return platform.startsWith("linux/")
        ? parse(platform.substring("linux/".length()))
        : Optional.empty();
  }

  /** The spelling of the OCI image-spec: {@code amd64} or {@code arm64}. */
  public String ociName() {
    return ociName;
  }

  /** The platform as answers show it, {@code linux/amd64}. */
  public String platform() {
    return "linux/" + ociName;
  }
}
