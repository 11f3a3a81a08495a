// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.json;

import java.io.StringWriter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes plain values as one line of JSON: maps in their order, collections, numbers, truth values;
 * everything else by its {@code toString}. An empty {@link Optional} leaves its member out. Safe
 * for concurrent use.
 */
public final class JsonText {

  private static final JsonFactory FACTORY = JsonFactory.builder().build();

  private JsonText() {}

  /** The object's members as JSON text. */
  public static String of(Map<String, ?> members) {
    return text(members);
  }

  /** The elements as JSON text. */
  public static String ofList(List<?> elements) {
    return text(elements);
  }

  private static String text(Object value) {
    StringWriter text = new StringWriter(512);
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      write(generator, value);
    }
    return text.toString();
  }

  private static void write(JsonGenerator generator, Object value) {
    switch (value) {
      case Map<?, ?> members -> {
        generator.writeStartObject();
        members.forEach((name, member) -> writeMember(generator, String.valueOf(name), member));
        generator.writeEndObject();
      }
      case Collection<?> elements -> {
        generator.writeStartArray();
        elements.forEach(element -> write(generator, element));
        generator.writeEndArray();
      }
      case Optional<?> optional when optional.isPresent() -> write(generator, optional.get());
      case Long number -> generator.writeNumber(number);
      case Integer number -> generator.writeNumber(number);
      case Boolean truth -> generator.writeBoolean(truth);
      default -> generator.writeString(value.toString());
    }
  }

  private static void writeMember(JsonGenerator generator, String name, Object member) {
    if (member instanceof Optional<?> optional && optional.isEmpty()) {
      return;
    }
    generator.writeName(name);
    write(generator, member);
  }
}
