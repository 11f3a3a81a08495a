// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What has to be written about an event. */
sealed interface EventWrite {

  ClusterEvent event();

  /** It is new. */
  record Begin(ClusterEvent event) implements EventWrite {}

  /**
   * It has happened again.
   *
   * @param event the first one
   * @param count how often in all, at least 2
   * @param last when it was seen last
   */
  record Continue(ClusterEvent event, int count, Instant last) implements EventWrite {

    /** The one member of an event that may change. */
    Map<String, Object> toPatch() {
      return Map.of(
          "series", Map.of("count", count, "lastObservedTime", ClusterEvent.microseconds(last)));
    }

    /** The whole event, for an API server that has forgotten it: events live an hour there. */
    Map<String, Object> toFields(String node) {
      Map<String, Object> fields = new LinkedHashMap<>(event.toFields(node));
      fields.putAll(toPatch());
      return fields;
    }
  }
}
