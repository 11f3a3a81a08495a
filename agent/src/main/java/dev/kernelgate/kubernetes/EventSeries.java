// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes one event of many that are the same, with the times of client-go's broadcaster: the first
 * is written, the second makes it a series, and of the others only their number is, now and then
 * and at the end. Confined to one thread.
 */
final class EventSeries {

  /** After so long without another one, a series has ended. */
  static final Duration END = Duration.ofMinutes(6);

  /** A series that goes on is told so often. */
  static final Duration REFRESH = Duration.ofMinutes(30);

  /** Events that are remembered, the oldest forgotten first. */
  static final int MAX_REMEMBERED = 1024;

  private final Map<String, Standing> standings = new LinkedHashMap<>();

  /**
   * An event that may come again.
   *
   * @param last when it was seen last
   * @param told when the API server was told last
   */
  private record Standing(ClusterEvent first, int count, Instant last, Instant told) {

    EventWrite.Continue toWrite() {
      return new EventWrite.Continue(first, count, last);
    }

    boolean isTold() {
      return !told.isBefore(last);
    }
  }

  /** Whether it would begin something new. */
  boolean isNew(ClusterEvent event) {
    return !standings.containsKey(event.key());
  }

  /** Takes an event; what has to be written about it now. */
  Optional<EventWrite> add(ClusterEvent event) {
    Optional<Standing> before = Optional.ofNullable(standings.get(event.key()));
    if (before.isEmpty()) {
      standings.put(event.key(), new Standing(event, 1, event.time(), event.time()));
      bound();
      return Optional.of(new EventWrite.Begin(event));
    }
    Standing known = before.get();
    int count = known.count() + 1;
    Instant told = count == 2 ? event.time() : known.told();
    Standing next = new Standing(known.first(), count, event.time(), told);
    standings.put(event.key(), next);
    return count == 2 ? Optional.of(next.toWrite()) : Optional.empty();
  }

  /** What has to be written because time has passed; what has ended is forgotten. */
  List<EventWrite> due(Instant now) {
    List<EventWrite> due = new ArrayList<>();
    Iterator<Map.Entry<String, Standing>> all = standings.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<String, Standing> entry = all.next();
      Standing standing = entry.getValue();
      boolean hasEnded = !now.isBefore(standing.last().plus(END));
      boolean isDue = hasEnded || !now.isBefore(standing.told().plus(REFRESH));
      if (isDue && !standing.isTold()) {
        due.add(standing.toWrite());
        entry.setValue(new Standing(standing.first(), standing.count(), standing.last(), now));
      }
      if (hasEnded) {
        all.remove();
      }
    }
    return due;
  }

  /** Forgets an event that could not be written, so that the next one begins anew. */
  void forget(ClusterEvent event) {
    standings.remove(event.key());
  }

  private void bound() {
    if (standings.size() > MAX_REMEMBERED) {
      standings.remove(standings.keySet().iterator().next());
    }
  }
}
