// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * One absolute point on the monotonic clock by which a whole check has to end. It is passed down
 * unchanged, so that no step can start its own time. Immutable, safe for any thread.
 */
public final class Deadline {

  private final LongSupplier nanoTime;
  private final long endNanos;

  private Deadline(LongSupplier nanoTime, long endNanos) {
    this.nanoTime = nanoTime;
    this.endNanos = endNanos;
  }

  /**
   * A deadline that is {@code budget} away on the given clock ({@code System::nanoTime}, or a
   * test's).
   */
  public static Deadline after(Duration budget, LongSupplier nanoTime) {
    return new Deadline(nanoTime, nanoTime.getAsLong() + budget.toNanos());
  }

  /** What is left, never negative. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, endNanos - nanoTime.getAsLong()));
  }

  /** The earlier of this deadline and {@code budget} from now, for a step that has a substitute. */
  public Deadline atMost(Duration budget) {
    return remaining().compareTo(budget) <= 0 ? this : after(budget, nanoTime);
  }

  /** Whether nothing is left. */
  public boolean isOver() {
    return remaining().isZero();
  }
}
