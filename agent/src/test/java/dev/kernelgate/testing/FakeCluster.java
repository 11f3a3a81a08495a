// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a cluster's API server remembers of what kernelgate uses: pods with their history, node
 * conditions, events. Every change has a resource version; watches replay from one. All methods
 * hold this object's lock.
 */
final class FakeCluster {

  /** A line of a watch, and which node's pod it is about. */
  record Change(long version, String node, String line) {}

  private final Map<String, JsonObject> pods = new LinkedHashMap<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<FakeWatch> watches = new ArrayList<>();
  private final Map<String, Map<String, JsonObject>> conditions = new LinkedHashMap<>();
  private final FakeEvents events = new FakeEvents();
  private final FakeNodes nodes = new FakeNodes();
  private long version = 1;
  private long oldestVersion;

  /** Creates or replaces a pod; the text is a Pod without resource version. */
  synchronized void putPod(String json) {
    JsonObject pod = JsonParser.parseString(json).getAsJsonObject();
    boolean isNew = pods.put(key(pod), pod) == null;
    tell(isNew ? "ADDED" : "MODIFIED", pod);
  }

  synchronized void deletePod(String namespace, String name) {
    Optional.ofNullable(pods.remove(namespace + "/" + name)).ifPresent(pod -> tell("DELETED", pod));
  }

  /** Changes pods without a word to the watches, as a connection does that has gone quiet. */
  synchronized void changeUnheard(Runnable change) {
    List<FakeWatch> before = List.copyOf(watches);
    watches.clear();
    change.run();
    watches.addAll(before);
  }

  /** A PodList with the node's pods. */
  synchronized String list(String node) {
    JsonArray items = new JsonArray();
    pods.values().stream().filter(pod -> node.equals(nodeOf(pod))).forEach(items::add);
    JsonObject list = new JsonObject();
    list.addProperty("kind", "PodList");
    list.addProperty("apiVersion", "v1");
    list.add("metadata", object("resourceVersion", Long.toString(version)));
    list.add("items", items);
    return list.toString();
  }

  /**
   * Opens a watch behind a version.
   *
   * @return empty when the changes since then are forgotten: 410 Gone
   */
  synchronized Optional<FakeWatch> watch(String node, long after) {
    if (after < oldestVersion) {
      return Optional.empty();
    }
    FakeWatch watch = new FakeWatch(node);
    changes.stream().filter(change -> change.version() > after).forEach(watch::take);
    watches.add(watch);
    return Optional.of(watch);
  }

  synchronized void close(FakeWatch watch) {
    watches.remove(watch);
  }

  /** Forgets the history: who asks for what was before gets 410. */
  synchronized void compact() {
    version++;
    oldestVersion = version;
    changes.clear();
  }

  synchronized void endWatches() {
    watches.forEach(FakeWatch::end);
    watches.clear();
  }

  /** Sends a line to every watch as it is. */
  synchronized void sendToWatches(String line) {
    watches.forEach(watch -> watch.send(line));
  }

  /** Breaks the connections of all watches in the middle of their next line. */
  synchronized void breakNextLine() {
    watches.forEach(FakeWatch::breakNextLine);
  }

  /** Tells every watch the current version, as API servers do about once a minute. */
  synchronized void bookmark() {
    sendToWatches(
        "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":"
            + object("resourceVersion", Long.toString(version))
            + "}}");
  }

  synchronized int openWatches() {
    return watches.size();
  }

  /** A strategic merge into a node's conditions: the merge key is the type, members are merged. */
  synchronized String patchStatus(FakeApiRequest request) throws FakeRefusal {
    if (!request.contentType().equals("application/strategic-merge-patch+json")) {
      throw new FakeRefusal(415, "not the patch that leaves other conditions alone");
    }
    Map<String, JsonObject> ofNode =
        conditions.computeIfAbsent(request.name(), _ -> new LinkedHashMap<>());
    for (JsonElement element :
        request.object().getAsJsonObject("status").getAsJsonArray("conditions")) {
      JsonObject condition = element.getAsJsonObject();
      JsonObject merged =
          ofNode.computeIfAbsent(condition.get("type").getAsString(), _ -> new JsonObject());
      condition.entrySet().forEach(member -> merged.add(member.getKey(), member.getValue()));
    }
    return "{\"kind\":\"Node\",\"apiVersion\":\"v1\"}";
  }

  synchronized Optional<JsonObject> condition(String node, String type) {
    return Optional.ofNullable(conditions.getOrDefault(node, Map.of()).get(type))
        .map(JsonObject::deepCopy);
  }

  FakeEvents events() {
    return events;
  }

  FakeNodes nodes() {
    return nodes;
  }

  private void tell(String type, JsonObject pod) {
    version++;
    pod.getAsJsonObject("metadata").addProperty("resourceVersion", Long.toString(version));
    JsonObject event = object("type", type);
    event.add("object", pod);
    Change change = new Change(version, nodeOf(pod), event.toString());
    changes.add(change);
    watches.forEach(watch -> watch.take(change));
  }

  private static String key(JsonObject pod) {
    JsonObject metadata = pod.getAsJsonObject("metadata");
    return metadata.get("namespace").getAsString() + "/" + metadata.get("name").getAsString();
  }

  private static String nodeOf(JsonObject pod) {
    return pod.getAsJsonObject("spec").get("nodeName").getAsString();
  }

  private static JsonObject object(String name, String value) {
    JsonObject object = new JsonObject();
    object.addProperty(name, value);
    return object;
  }
}
