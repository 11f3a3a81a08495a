// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.yaml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value in a YAML document and where it begins. Immutable. */
public sealed interface YamlNode {

  /** Where it begins. */
  Position position();

  /** What it is, for messages. */
  default String description() {
    return switch (this) {
      case Mapping _ -> "a mapping";
      case Sequence _ -> "a list";
      case Scalar scalar -> scalar.kind().description;
    };
  }

  /**
   * A place in the text.
   *
   * @param line from 1
   * @param column from 1, in characters
   */
  record Position(int line, int column) implements Comparable<Position> {

    /** The beginning of the text. */
    public static final Position START = new Position(1, 1);

    @Override
    public int compareTo(Position other) {
      return line != other.line
          ? Integer.compare(line, other.line)
          : Integer.compare(column, other.column);
    }

    @Override
    public String toString() {
      return line + ":" + column;
    }
  }

  /** What a scalar is by YAML's core schema; whatever is quoted is text. */
  enum Kind {
    TEXT("text"),
    INTEGER("a number"),
    DECIMAL("a number"),
    BOOLEAN("true or false"),
    NULL("nothing");

    private final String description;

    Kind(String description) {
      this.description = description;
    }
  }

  /**
   * A single value.
   *
   * @param text as written, without its quotes
   */
  record Scalar(Position position, Kind kind, String text) implements YamlNode {}

  /** Values in order. */
  record Sequence(Position position, List<YamlNode> elements) implements YamlNode {
    public Sequence {
      elements = List.copyOf(elements);
    }
  }

  /**
   * A value and the place of the key it stands under.
   *
   * @param key where the key begins
   */
  record Member(Position key, YamlNode value) {}

  /** Values by key, in the order they were written. */
  record Mapping(Position position, Map<String, Member> members) implements YamlNode {
    public Mapping {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /** The value under a key; a null is as good as none. */
    public Optional<YamlNode> get(String key) {
      Member member = members.get(key);
      return member == null || isNull(member.value())
          ? Optional.empty()
          : Optional.of(member.value());
    }

    private static boolean isNull(YamlNode node) {
      return node instanceof Scalar scalar && scalar.kind() == Kind.NULL;
    }
  }
}
