// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What an API server refuses about an event of events.k8s.io/v1. */
final class FakeEventRules {

  private static final int MAX_WORD = 128;
  private static final int MAX_NOTE = 1024;

  private FakeEventRules() {}

  /** The first rule that the event breaks, in words. */
  static Optional<String> firstBroken(JsonObject event, String namespace) {
    for (String word : List.of("reportingController", "reportingInstance", "action", "reason")) {
      int length = text(event, word).length();
      if (length == 0 || length > MAX_WORD) {
        return Optional.of(word + " has to have 1 to 128 characters");
      }
    }
    if (!text(event, "eventTime").matches("[-0-9]{10}T[:0-9]{8}\\.[0-9]{6}Z")) {
      return Optional.of("eventTime is no time with microseconds");
    }
    if (text(event, "note").length() > MAX_NOTE) {
      return Optional.of("note has more than 1024 characters");
    }
    if (!Set.of("Normal", "Warning").contains(text(event, "type"))) {
      return Optional.of("type is neither Normal nor Warning");
    }
    if (!text(event.getAsJsonObject("metadata"), "namespace").equals(namespace)
        || !text(event.getAsJsonObject("regarding"), "namespace").equals(namespace)) {
      return Optional.of("the namespaces of event, object and request differ");
    }
    return Optional.empty();
  }

  private static String text(JsonObject object, String name) {
    JsonElement value = object.get(name);
    return value == null ? "" : value.getAsString();
  }
}
