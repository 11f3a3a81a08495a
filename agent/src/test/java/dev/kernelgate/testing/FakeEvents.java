// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The events of events.k8s.io/v1, and what an API server refuses about them. */
final class FakeEvents {

  private static final int MAX_WORD = 128;
  private static final int MAX_NOTE = 1024;
  private static final String MICROTIME = "[-0-9]{10}T[:0-9]{8}\\.[0-9]{6}Z";

  private final Map<String, JsonObject> events = new LinkedHashMap<>();

  synchronized String create(FakeApiRequest request) throws FakeRefusal {
    JsonObject event = request.object();
    refuse(firstBroken(event, request.namespace()));
    String name = text(event.getAsJsonObject("metadata"), "name");
    if (events.putIfAbsent(request.namespace() + "/" + name, event) != null) {
      throw new FakeRefusal(409, "an event " + name + " exists");
    }
    return event.toString();
  }

  /** A merge into an event; only its series may change. */
  synchronized String patch(FakeApiRequest request) throws FakeRefusal {
    JsonObject event = events.get(request.namespace() + "/" + request.name());
    if (event == null) {
      throw new FakeRefusal(404, "there is no event " + request.name());
    }
    JsonObject patch = request.object();
    if (!patch.keySet().equals(Set.of("series"))) {
      throw new FakeRefusal(422, "nothing but the series may change");
    }
    JsonObject merged = event.deepCopy();
    merged.add("series", patch.get("series"));
    refuse(firstBroken(merged, request.namespace()));
    event.add("series", patch.get("series"));
    return event.toString();
  }

  synchronized List<JsonObject> all() {
    return events.values().stream().map(JsonObject::deepCopy).toList();
  }

  /** Events live an hour on a real server. */
  synchronized void forgetAll() {
    events.clear();
  }

  /** The first rule that the event breaks, in words. */
  private static Optional<String> firstBroken(JsonObject event, String namespace) {
    for (String word : List.of("reportingController", "reportingInstance", "action", "reason")) {
      int length = text(event, word).length();
      if (length == 0 || length > MAX_WORD) {
        return Optional.of(word + " has to have 1 to 128 characters");
      }
    }
    if (!text(event, "eventTime").matches(MICROTIME)) {
      return Optional.of("eventTime is no time with microseconds");
    }
    if (text(event, "note").length() > MAX_NOTE) {
      return Optional.of("note has more than 1024 characters");
    }
    if (!Set.of("Normal", "Warning").contains(text(event, "type"))) {
      return Optional.of("type is neither Normal nor Warning");
    }
    JsonObject regarding = event.getAsJsonObject("regarding");
    String home = regarding.has("namespace") ? text(regarding, "namespace") : "default";
    if (!text(event.getAsJsonObject("metadata"), "namespace").equals(namespace)
        || !home.equals(namespace)) {
      return Optional.of("the namespaces of event, object and request differ");
    }
    return event.has("series") ? firstBroken(event.getAsJsonObject("series")) : Optional.empty();
  }

  private static Optional<String> firstBroken(JsonObject series) {
    if (series.get("count").getAsInt() < 2) {
      return Optional.of("series.count has to be at least 2");
    }
    return text(series, "lastObservedTime").matches(MICROTIME)
        ? Optional.empty()
        : Optional.of("series.lastObservedTime is no time with microseconds");
  }

  private static void refuse(Optional<String> broken) throws FakeRefusal {
    if (broken.isPresent()) {
      throw new FakeRefusal(422, broken.get());
    }
  }

  private static String text(JsonObject object, String name) {
    JsonElement value = object.get(name);
    return value == null ? "" : value.getAsString();
  }
}
