// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A JSON object that was read, with typed access: a member that is absent or null is empty, a
 * member of another type is an error that names it. Unmodifiable.
 */
public final class JsonObject {

  private final String path;
  private final Map<String, Object> members;

  JsonObject(String path, Map<String, Object> members) {
    this.path = path;
    this.members = members;
  }

  /** Whether the object has such a member, of whatever type, null included. */
  public boolean has(String name) {
    return members.containsKey(name);
  }

  /** The members' names, in the order in which they were written. */
  public Set<String> names() {
    return Collections.unmodifiableSet(members.keySet());
  }

  /** The member's text. */
  public Optional<String> text(String name) throws MalformedJsonException {
    return member(name, String.class, "a string");
  }

  /** The member's text, which must be there. */
  public String requireText(String name) throws MalformedJsonException {
    return text(name).orElseThrow(() -> new MalformedJsonException(at(name) + " is missing"));
  }

  /** The member's whole number, from -2^63 to 2^63-1. */
  public Optional<Long> number(String name) throws MalformedJsonException {
    return member(name, Long.class, "a whole number");
  }

  /** The member's truth value. */
  public Optional<Boolean> truth(String name) throws MalformedJsonException {
    return member(name, Boolean.class, "true or false");
  }

  /** The member's object. */
  @SuppressWarnings("unchecked")
  public Optional<JsonObject> object(String name) throws MalformedJsonException {
    return member(name, Map.class, "an object")
        .map(map -> new JsonObject(at(name), (Map<String, Object>) map));
  }

  /** The member's object, which must be there. */
  public JsonObject requireObject(String name) throws MalformedJsonException {
    return object(name).orElseThrow(() -> new MalformedJsonException(at(name) + " is missing"));
  }

  /** The objects in the member's array; none when it is absent. */
  @SuppressWarnings("unchecked")
  public List<JsonObject> objects(String name) throws MalformedJsonException {
    List<JsonObject> objects = new ArrayList<>();
    for (Object element : member(name, List.class, "an array").orElse(List.of())) {
      String where = at(name) + "[" + objects.size() + "]";
      if (!(element instanceof Map<?, ?> map)) {
        throw new MalformedJsonException(where + " is not an object");
      }
      objects.add(new JsonObject(where, (Map<String, Object>) map));
    }
    return List.copyOf(objects);
  }

  /** The texts in the member's object, as annotations are; empty when it is absent. */
  public Map<String, String> texts(String name) throws MalformedJsonException {
    Map<String, String> texts = new LinkedHashMap<>();
    Optional<JsonObject> object = object(name);
    if (object.isPresent()) {
      for (String key : object.get().members.keySet()) {
        texts.put(key, object.get().text(key).orElse(""));
      }
    }
    return texts;
  }

  private <T> Optional<T> member(String name, Class<T> type, String expected)
      throws MalformedJsonException {
    Object value = members.get(name);
    if (value == null || value instanceof JsonReader.Null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw new MalformedJsonException(at(name) + " is not " + expected);
    }
    return Optional.of(type.cast(value));
  }

  private String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
