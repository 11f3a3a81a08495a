// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one JSON object and nothing else: no second value, no duplicate names, no comments, at most
 * {@link #MAX_DEPTH} deep. Callers bound the bytes. Safe for concurrent use.
 */
public final class JsonReader {

  /** Deepest nesting that is read. */
  public static final int MAX_DEPTH = 32;

  /** Most values in one document, so that small bytes cannot become a large tree; usually. */
  public static final int MAX_VALUES = 100_000;

  /** A null that was written; absent for every accessor. */
  enum Null {
    NULL
  }

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(32)
                  .build())
          .build();

  private final JsonParser parser;
  private final int maxValues;
  private int values;

  private JsonReader(JsonParser parser, int maxValues) {
    this.parser = parser;
    this.maxValues = maxValues;
  }

  /**
   * Reads the object that the bytes are.
   *
   * @throws MalformedJsonException if they are anything else, or exceed a bound
   */
  public static JsonObject read(byte[] bytes) throws MalformedJsonException {
    return read(bytes, MAX_VALUES);
  }

  /**
   * Reads the object that the bytes are, with another bound on its values.
   *
   * @throws MalformedJsonException if they are anything else, or exceed a bound
   */
  public static JsonObject read(byte[] bytes, int maxValues) throws MalformedJsonException {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedJsonException("it does not start with an object");
      }
      Map<String, Object> members = new JsonReader(parser, maxValues).members();
      if (parser.nextToken() != null) {
        throw new MalformedJsonException("something follows the object");
      }
      return new JsonObject("", members);
    } catch (JacksonException e) {
      throw new MalformedJsonException("it is not strict JSON" + positionOf(e.getLocation()));
    }
  }

  /** A bound that was exceeded has no position. */
  private static String positionOf(@Nullable TokenStreamLocation location) {
    return location == null
        ? ", or exceeds a bound"
        : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private Map<String, Object> members() throws MalformedJsonException {
    Map<String, Object> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      members.put(name, value(parser.nextToken()));
    }
    return members;
  }

  private List<Object> elements() throws MalformedJsonException {
    List<Object> elements = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      elements.add(value(token));
    }
    return elements;
  }

  private Object value(JsonToken token) throws MalformedJsonException {
    if (++values > maxValues) {
      throw new MalformedJsonException("it has more than " + maxValues + " values");
    }
    return switch (token) {
      case START_OBJECT -> members();
      case START_ARRAY -> elements();
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> Null.NULL;
      default -> throw new MalformedJsonException("unexpected " + token);
    };
  }
}
