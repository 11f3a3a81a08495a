// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import java.util.Optional;

/**
 * The oldest kernel version that is accepted.
 *
 * @param oldest compared with annotation {@code dev.edera.kernel.version}
 */
public record VersionFloor(KernelVersion oldest) {

  /**
   * The floor at a version.
   *
   * @throws IllegalArgumentException if the text is no kernel version
   */
  public static VersionFloor of(String version) {
    return new VersionFloor(
        KernelVersion.parse(version)
            .orElseThrow(() -> new IllegalArgumentException("it is no kernel version")));
  }

  /**
   * Whether a version is high enough. One that cannot be read, or whose suffix is of another kind
   * than the floor's where the suffix decides, is not.
   */
  public boolean allows(String version) {
    Optional<KernelVersion> candidate = KernelVersion.parse(version);
    return candidate.isPresent() && candidate.get().isAtLeast(oldest);
  }

  @Override
  public String toString() {
    return oldest.toString();
  }
}
