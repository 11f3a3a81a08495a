// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import dev.kernelgate.kernel.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A wall clock and a monotonic clock that move only when a test moves them. Safe for concurrent
 * use.
 */
public final class FakeTime implements InstantSource {

  private final Instant start;
  private final AtomicLong elapsedNanos = new AtomicLong();
  private final AtomicLong setBackNanos = new AtomicLong();

  public FakeTime(Instant start) {
    this.start = start;
  }

  /** A clock that starts an hour after the fixtures were signed. */
  public static FakeTime afterFixtures() {
    return new FakeTime(Instant.parse("2026-11-22T13:30:00Z"));
  }

  /** Moves both clocks forward. */
  public void advance(Duration duration) {
    elapsedNanos.addAndGet(duration.toNanos());
  }

  /** Sets the wall clock back, as a node does that learns the time; the monotonic one goes on. */
  public void setBack(Duration duration) {
    setBackNanos.addAndGet(duration.toNanos());
  }

  @Override
  public Instant instant() {
    return start.plusNanos(elapsedNanos.get() - setBackNanos.get());
  }

  /** The monotonic clock. */
  public long nanoTime() {
    return elapsedNanos.get();
  }

  /** A deadline on the monotonic clock. */
  public Deadline deadlineIn(Duration budget) {
    return Deadline.after(budget, this::nanoTime);
  }
}
