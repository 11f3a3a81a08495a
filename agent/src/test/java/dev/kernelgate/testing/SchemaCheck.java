// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds values against JSON schemas; a member that no schema names is an error.
 *
 * @param resolve follows {@code $ref}
 */
record SchemaCheck(Function<@Nullable Object, Map<String, Object>> resolve) {

  void require(String place, @Nullable Object schemaNode, String header) {
    require(place, schemaNode, new JsonPrimitive(header));
  }

  void require(String place, @Nullable Object schemaNode, JsonElement value) {
    Map<String, Object> schema = resolve.apply(schemaNode);
    String type = String.valueOf(schema.get("type"));
    assertThat(typeOf(value)).as(place).isEqualTo(type);
    List<?> words = OpenApiDocument.list(schema.get("enum"));
    if (!words.isEmpty()) {
      assertThat(words.stream().map(String::valueOf).toList())
          .as(place)
          .contains(value.getAsString());
    }
    switch (value) {
      case JsonObject object -> requireMembers(place, schema, object);
      case JsonArray array ->
          array.forEach(element -> require(place + "/*", schema.get("items"), element));
      case JsonElement scalar -> requireForm(place, schema, scalar.getAsString());
    }
  }

  private void requireMembers(String place, Map<String, Object> schema, JsonObject object) {
    Map<String, Object> properties =
        OpenApiDocument.object(schema.getOrDefault("properties", Map.of()));
    assertThat(properties.keySet()).as(place).containsAll(object.keySet());
    assertThat(object.keySet())
        .as(place)
        .containsAll(
            OpenApiDocument.list(schema.get("required")).stream().map(String::valueOf).toList());
    object
        .entrySet()
        .forEach(
            member ->
                require(
                    place + "/" + member.getKey(),
                    properties.get(member.getKey()),
                    member.getValue()));
  }

  private static void requireForm(String place, Map<String, Object> schema, String text) {
    if (schema.get("pattern") instanceof String pattern) {
      assertThat(text).as(place).matches(pattern);
    }
    if ("date-time".equals(schema.get("format"))) {
      assertThat(Instant.parse(text)).as(place).isNotNull();
    }
  }

  private static String typeOf(JsonElement value) {
    return switch (value) {
      case JsonObject _ -> "object";
      case JsonArray _ -> "array";
      case JsonPrimitive primitive when primitive.isString() -> "string";
      case JsonPrimitive primitive when primitive.isBoolean() -> "boolean";
      case JsonPrimitive _ -> "integer";
      case JsonElement _ -> "null";
    };
  }
}
