// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads do. */
public final class Eventually {

  private static final long LOOKS = 3000;
  private static final Duration BETWEEN = Duration.ofMillis(10);

  private Eventually() {}

  /** Returns as soon as the condition holds; fails after half a minute. */
  public static void holds(String what, BooleanSupplier condition) {
    for (long look = 0; look < LOOKS; look++) {
      if (condition.getAsBoolean()) {
        return;
      }
      LockSupport.parkNanos(BETWEEN.toNanos());
    }
    throw new AssertionError("it did not come true that " + what);
  }
}
