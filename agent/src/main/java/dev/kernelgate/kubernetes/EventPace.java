// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which events are sent: the same one about the same pod every ten minutes at most, and on a node
 * that has much to tell, a burst and then one a second. Confined to one thread.
 */
final class EventPace {

  /** Within which time the same event is not sent again. */
  static final Duration SAME = Duration.ofMinutes(10);

  /** Events that may be sent at once. */
  static final int BURST = 25;

  /** From then on, one each. */
  static final Duration REFILL = Duration.ofSeconds(1);

  /** Events that are remembered, the oldest forgotten first. */
  private static final int MAX_REMEMBERED = 1024;

  private final InstantSource clock;
  private final Map<String, Instant> sent = new LinkedHashMap<>();
  private final Map<String, Integer> held = new LinkedHashMap<>();
  private Instant refilledAt;
  private int tokens = BURST;

  EventPace(InstantSource clock) {
    this.clock = clock;
    this.refilledAt = clock.instant();
  }

  /**
   * Asks for leave to send.
   *
   * @param event what makes it the same event
   * @return how many of the same were held back since the last one; empty to hold this one back
   */
  Optional<Integer> leave(String event) {
    Instant now = clock.instant();
    refill(now);
    boolean isRepeated =
        Optional.ofNullable(sent.get(event)).filter(at -> now.isBefore(at.plus(SAME))).isPresent();
    if (isRepeated || tokens == 0) {
      held.merge(event, 1, Integer::sum);
      bound(held);
      return Optional.empty();
    }
    tokens--;
    sent.remove(event);
    sent.put(event, now);
    bound(sent);
    return Optional.of(Optional.ofNullable(held.remove(event)).orElse(0));
  }

  private void refill(Instant now) {
    long due = Duration.between(refilledAt, now).dividedBy(REFILL);
    if (due > 0) {
      tokens = (int) Math.min(BURST, tokens + due);
      refilledAt = refilledAt.plus(REFILL.multipliedBy(due));
    }
  }

  private static void bound(Map<String, ?> remembered) {
    if (remembered.size() > MAX_REMEMBERED) {
      remembered.remove(remembered.keySet().iterator().next());
    }
  }
}
