// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.config;

import java.time.Duration;
import java.util.Optional;

/**
 * Kernels whose verdict is known beforehand, by which the agent tests itself.
 *
 * @param trusted an image by digest that the policy trusts; when absent, none is tried
 * @param unsigned an image by digest that a rule covers and nobody has signed; when absent, none is
 *     tried
 * @param every time between two tests
 */
public record CanarySettings(Optional<String> trusted, Optional<String> unsigned, Duration every) {

  static CanarySettings defaults() {
    return new CanarySettings(Optional.empty(), Optional.empty(), Duration.ofHours(6));
  }
}
