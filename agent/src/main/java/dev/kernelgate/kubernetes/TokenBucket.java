// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import java.time.Duration;
import java.time.Instant;

/**
 * Leave to do something: so often at once, then once in a while. Confined to one thread.
 *
 * <p>Thirty lines of our own: the libraries that have this bring schedulers, or clocks that a test
 * cannot move.
 */
final class TokenBucket {

  private final int burst;
  private final Duration refill;
  private Instant refilledAt;
  private int tokens;

  /**
   * A full bucket.
   *
   * @param refill time for one token to come back
   */
  TokenBucket(int burst, Duration refill, Instant now) {
    this.burst = burst;
    this.refill = refill;
    this.refilledAt = now;
    this.tokens = burst;
  }

  /** Whether there is a token. */
  boolean hasToken(Instant now) {
    if (now.isBefore(refilledAt)) {
      // The clock was set back; the next token is due by the clock as it is.
      refilledAt = now;
    }
    long due = Duration.between(refilledAt, now).dividedBy(refill);
    if (due > 0) {
      tokens = (int) Math.min(burst, tokens + due);
      refilledAt = refilledAt.plus(refill.multipliedBy(due));
    }
    return tokens > 0;
  }

  /** Takes a token, if there is one. */
  boolean take(Instant now) {
    boolean isThere = hasToken(now);
    tokens -= isThere ? 1 : 0;
    return isThere;
  }
}
