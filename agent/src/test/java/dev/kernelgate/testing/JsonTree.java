// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A JSON object that tests edit. Paths are member names and array indexes separated by slashes:
 * {@code verificationMaterial/tlogEntries/0/logIndex}.
 */
public final class JsonTree {

  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private final JsonObject root;

  private JsonTree(JsonObject root) {
    this.root = root;
  }

  /** Reads an object. */
  public static JsonTree parse(String json) {
    return new JsonTree(JsonParser.parseString(json).getAsJsonObject());
  }

  /** Reads an object. */
  public static JsonTree parse(byte[] json) {
    return parse(new String(json, StandardCharsets.UTF_8));
  }

  /** An independent copy. */
  public JsonTree copy() {
    return new JsonTree(root.deepCopy());
  }

  /** The value at a path. */
  public JsonElement get(String path) {
    JsonElement element = root;
    for (String step : path.split("/", -1)) {
      element =
          element instanceof JsonArray array
              ? array.get(Integer.parseInt(step))
              : element.getAsJsonObject().get(step);
    }
    return element;
  }

  /** The text at a path. */
  public String text(String path) {
    return get(path).getAsString();
  }

  /** Replaces or adds the value at a path; text is given as it is, anything else as JSON. */
  public JsonTree set(String path, Object value) {
    JsonElement element = value instanceof JsonElement json ? json : GSON.toJsonTree(value);
    switch (parent(path)) {
      case JsonArray array -> array.set(Integer.parseInt(last(path)), element);
      case JsonElement object -> object.getAsJsonObject().add(last(path), element);
    }
    return this;
  }

  /** Removes the value at a path. */
  public JsonTree remove(String path) {
    switch (parent(path)) {
      case JsonArray array -> array.remove(Integer.parseInt(last(path)));
      case JsonElement object -> object.getAsJsonObject().remove(last(path));
    }
    return this;
  }

  /** Adds a copy of an array's element behind it. */
  public JsonTree repeat(String path) {
    parent(path).getAsJsonArray().add(get(path).deepCopy());
    return this;
  }

  /** The paths of all values, containers included, in document order. */
  public List<String> paths() {
    List<String> paths = new ArrayList<>();
    collect(root, "", paths);
    return paths;
  }

  @Override
  public String toString() {
    return GSON.toJson(root);
  }

  /** The text's UTF-8. */
  public byte[] bytes() {
    return toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void collect(JsonElement element, String prefix, List<String> paths) {
    if (element instanceof JsonObject object) {
      for (String name : object.keySet()) {
        paths.add(prefix + name);
        collect(object.get(name), prefix + name + "/", paths);
      }
    } else if (element instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        paths.add(prefix + i);
        collect(array.get(i), prefix + i + "/", paths);
      }
    }
  }

  private JsonElement parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? root : get(path.substring(0, slash));
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
