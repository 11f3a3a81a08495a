// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.chore;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * When each of a few things is to be done again: after a while, and at once when {@link #anew()}
 * says that all are. What is under way then is done again, too. Safe for any thread; each thing is
 * done by one thread at a time.
 */
public final class Turns<K> {

  private final LongSupplier nanoTime;
  private final AtomicInteger round = new AtomicInteger();
  private final ConcurrentMap<K, Turn> last = new ConcurrentHashMap<>();

  /** The round that a thing was done in, and when the next turn is due on the monotonic clock. */
  private record Turn(int round, long dueNanos) {}

  /** Everything is due. */
  public Turns(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A tenth more or less, another time at each call: nodes that started together drift apart. */
  public static Duration about(Duration pause) {
    return pause.multipliedBy(ThreadLocalRandom.current().nextLong(900, 1100)).dividedBy(1000);
  }

  /** The round to do it in, if it is due. Who does it says so with {@link #done}. */
  public Optional<Integer> due(K thing) {
    int current = round.get();
    long now = nanoTime.getAsLong();
    return Optional.ofNullable(last.get(thing))
            .filter(turn -> turn.round() == current && turn.dueNanos() - now > 0)
            .isPresent()
        ? Optional.empty()
        : Optional.of(current);
  }

  /** It was done, in this round. */
  public void done(K thing, int inRound, Duration pause) {
    last.put(thing, new Turn(inRound, nanoTime.getAsLong() + pause.toNanos()));
  }

  /** Everything is due again. */
  public void anew() {
    round.incrementAndGet();
  }
}
