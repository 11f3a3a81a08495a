// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The nodes of a cluster as far as taints go: read whole, changed by JSON patch (RFC 6902). */
final class FakeNodes {

  private static final String TAINTS = "/spec/taints";

  private final Map<String, JsonObject> nodes = new LinkedHashMap<>();
  private Optional<Runnable> beforeNextPatch = Optional.empty();
  private long version = 1000;

  /** Creates a node, or makes it anew without taints. */
  synchronized void put(String name) {
    JsonObject node = new JsonObject();
    node.addProperty("kind", "Node");
    node.addProperty("apiVersion", "v1");
    JsonObject metadata = new JsonObject();
    metadata.addProperty("name", name);
    node.add("metadata", metadata);
    node.add("spec", new JsonObject());
    nodes.put(name, node);
    changed(node);
  }

  synchronized void taint(String name, String key, String effect) {
    JsonObject node = find(name);
    JsonObject taint = new JsonObject();
    taint.addProperty("key", key);
    taint.addProperty("effect", effect);
    taints(node).add(taint);
    changed(node);
  }

  /** Each as {@code key:effect}. */
  synchronized List<String> taints(String name) {
    return taints(find(name)).asList().stream()
        .map(JsonElement::getAsJsonObject)
        .map(taint -> taint.get("key").getAsString() + ":" + taint.get("effect").getAsString())
        .toList();
  }

  synchronized void beforeNextPatch(Runnable change) {
    beforeNextPatch = Optional.of(change);
  }

  synchronized String get(FakeApiRequest request) throws FakeRefusal {
    return find(request).toString();
  }

  /** All of the patch, or nothing. */
  synchronized String patch(FakeApiRequest request) throws FakeRefusal {
    if (!request.contentType().equals("application/json-patch+json")) {
      throw new FakeRefusal(415, "not a patch that names what it changes");
    }
    beforeNextPatch.ifPresent(Runnable::run);
    beforeNextPatch = Optional.empty();
    JsonObject patched = find(request).deepCopy();
    for (JsonElement step : JsonParser.parseString(request.body()).getAsJsonArray()) {
      apply(patched, step.getAsJsonObject());
    }
    nodes.put(request.name(), patched);
    changed(patched);
    return patched.toString();
  }

  private JsonObject find(String name) {
    return Optional.ofNullable(nodes.get(name)).orElseThrow();
  }

  private JsonObject find(FakeApiRequest request) throws FakeRefusal {
    JsonObject node = nodes.get(request.name());
    if (node == null) {
      throw new FakeRefusal(404, "there is no node " + request.name());
    }
    return node;
  }

  private static void apply(JsonObject node, JsonObject step) throws FakeRefusal {
    String path = step.get("path").getAsString();
    String operation = step.get("op").getAsString();
    if (operation.equals("test")) {
      if (!step.get("value").equals(find(node, path))) {
        throw new FakeRefusal(422, "the test of " + path + " failed");
      }
    } else if (operation.equals("add") && path.equals(TAINTS + "/-")) {
      taints(node).add(step.get("value"));
    } else if (operation.equals("add") && path.equals(TAINTS)) {
      node.getAsJsonObject("spec").add("taints", step.get("value"));
    } else if (operation.equals("remove") && path.startsWith(TAINTS + "/")) {
      taints(node).remove(Integer.parseInt(path.substring(TAINTS.length() + 1)));
    } else {
      throw new FakeRefusal(422, operation + " of " + path + " changes more than a taint");
    }
  }

  private static JsonElement find(JsonObject node, String path) {
    JsonElement found = node;
    for (String part : path.substring(1).split("/", -1)) {
      found =
          found.isJsonArray()
              ? found.getAsJsonArray().get(Integer.parseInt(part))
              : found.getAsJsonObject().get(part);
    }
    return found;
  }

  private static JsonArray taints(JsonObject node) {
    JsonObject spec = node.getAsJsonObject("spec");
    if (!spec.has("taints")) {
      spec.add("taints", new JsonArray());
    }
    return spec.getAsJsonArray("taints");
  }

  private void changed(JsonObject node) {
    version++;
    node.getAsJsonObject("metadata").addProperty("resourceVersion", Long.toString(version));
  }
}
