// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import java.time.Duration;

/** Waits between two tries; tests wait without time passing. */
@FunctionalInterface
interface Pause {

  /** Blocks the calling thread for about that long. */
  void of(Duration duration) throws InterruptedException;
}
