// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many events are written: of one object as many as client-go allows, and of all together a
 * burst and then one a second. Who has spent an object's share loses events; who has spent the
 * node's waits. Confined to one thread.
 */
final class EventPace {

  /** Events that may be written at once, of one object and of all. */
  static final int BURST = 25;

  /** From then on, one each of an object. */
  static final Duration OF_OBJECT = Duration.ofMinutes(5);

  /** From then on, one each of all. */
  static final Duration OF_NODE = Duration.ofSeconds(1);

  /** Objects that are remembered, the longest silent forgotten first. */
  private static final int MAX_OBJECTS = 1024;

  private final InstantSource clock;
  private final TokenBucket node;
  private final Map<ClusterEvent.Subject, TokenBucket> objects =
      new LinkedHashMap<>(16, 0.75f, true);

  EventPace(InstantSource clock) {
    this.clock = clock;
    this.node = new TokenBucket(BURST, OF_NODE, clock.instant());
  }

  /** Whether anything may be written now. */
  boolean isOpen() {
    return node.hasToken(clock.instant());
  }

  /** Asks for leave to begin an event about this object. */
  boolean mayBegin(ClusterEvent.Subject subject) {
    Instant now = clock.instant();
    TokenBucket bucket =
        objects.computeIfAbsent(subject, _ -> new TokenBucket(BURST, OF_OBJECT, now));
    if (objects.size() > MAX_OBJECTS) {
      objects.remove(objects.keySet().iterator().next());
    }
    return bucket.take(now);
  }

  /** Something is written. */
  void wrote() {
    node.take(clock.instant());
  }
}
