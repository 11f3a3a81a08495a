// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.yaml;

import dev.kernelgate.verdict.Untrusted;
import dev.kernelgate.yaml.YamlNode.Kind;
import dev.kernelgate.yaml.YamlNode.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Typed access to a mapping. A value of the wrong type is noted as a problem and read as absent; a
 * key that nobody asked for is noted by {@link #refuseUnknown()}. One thread.
 */
public final class YamlFields {

  /** What a word may look like to a YAML parser. */
  private static final Set<Kind> WORD = Set.of(Kind.TEXT, Kind.INTEGER, Kind.DECIMAL);

  private final YamlNode.Mapping mapping;
  private final YamlProblems problems;
  private final Set<String> asked = new TreeSet<>();

  private YamlFields(YamlNode.Mapping mapping, YamlProblems problems) {
    this.mapping = mapping;
    this.problems = problems;
  }

  /** The fields of a node; one that is no mapping is a problem and has none. */
  public static YamlFields of(YamlNode node, YamlProblems problems) {
    if (node instanceof YamlNode.Mapping mapping) {
      return new YamlFields(mapping, problems);
    }
    problems.add(
        node.position(),
        "expected a mapping, found " + node.description() + "; write 'key: value'");
    return new YamlFields(new YamlNode.Mapping(node.position(), Map.of()), problems);
  }

  /** Where the mapping begins. */
  public Position position() {
    return mapping.position();
  }

  /** Whether the key is written, whatever its value. */
  public boolean has(String key) {
    asked.add(key);
    return mapping.members().containsKey(key);
  }

  /** Whether the key's value is a list without elements. */
  public boolean isEmptyList(String key) {
    YamlNode.Member member = mapping.members().get(key);
    return member != null
        && member.value() instanceof YamlNode.Sequence list
        && list.elements().isEmpty();
  }

  /** Where a key's value begins; where the mapping does, if the key is not there. */
  public Position positionOf(String key) {
    YamlNode.Member member = mapping.members().get(key);
    return member == null ? position() : member.value().position();
  }

  /** The value under a key, of any type; a key without a value is a problem. */
  public Optional<YamlNode> value(String key) {
    asked.add(key);
    YamlNode.Member member = mapping.members().get(key);
    if (member == null) {
      return Optional.empty();
    }
    if (member.value() instanceof YamlNode.Scalar scalar && scalar.kind() == Kind.NULL) {
      problems.add(member.key(), "'" + key + "' has no value; give it one or remove the key");
      return Optional.empty();
    }
    return Optional.of(member.value());
  }

  /**
   * A text, read by a parser.
   *
   * @param parser throws {@link IllegalArgumentException} for what it cannot read; its message
   *     becomes the problem
   */
  public <T> Optional<T> text(String key, Function<String, T> parser) {
    return value(key).flatMap(node -> parse(node, Set.of(Kind.TEXT), "text", parser));
  }

  /** As {@link #text}, where unquoted numbers are taken as they are written, as in {@code 6.18}. */
  public <T> Optional<T> word(String key, Function<String, T> parser) {
    return value(key).flatMap(node -> parse(node, WORD, "text", parser));
  }

  /** True or false. */
  public Optional<Boolean> flag(String key) {
    return value(key)
        .flatMap(node -> parse(node, Set.of(Kind.BOOLEAN), "true or false", Boolean::parseBoolean));
  }

  /** A whole number in decimal within bounds, both included. */
  public Optional<Integer> integer(String key, int least, int most) {
    return value(key)
        .flatMap(
            node ->
                parse(node, Set.of(Kind.INTEGER), "a number", text -> bounded(text, least, most)));
  }

  /** A mapping. */
  public Optional<YamlFields> fields(String key) {
    return value(key).map(node -> of(node, problems));
  }

  /** The elements of a list, none when the key is absent. */
  public List<YamlNode> elements(String key) {
    Optional<YamlNode> value = value(key);
    if (value.isEmpty()) {
      return List.of();
    }
    if (value.get() instanceof YamlNode.Sequence sequence) {
      return sequence.elements();
    }
    problems.add(
        value.get().position(),
        "'"
            + key
            + "' is "
            + value.get().description()
            + "; write a list, '- ' before each element");
    return List.of();
  }

  /** The mappings of a list. */
  public List<YamlFields> fieldsOfEach(String key) {
    return elements(key).stream().map(node -> of(node, problems)).toList();
  }

  /**
   * The texts of a list, each read by a parser as in {@link #text}; those it cannot read are left
   * out.
   */
  public <T> List<T> texts(String key, Function<String, T> parser) {
    List<T> texts = new ArrayList<>();
    for (YamlNode element : elements(key)) {
      parse(element, Set.of(Kind.TEXT), "text", parser).ifPresent(texts::add);
    }
    return texts;
  }

  /** As {@link #texts}, each read as in {@link #word}. */
  public <T> List<T> words(String key, Function<String, T> parser) {
    List<T> words = new ArrayList<>();
    for (YamlNode element : elements(key)) {
      parse(element, WORD, "text", parser).ifPresent(words::add);
    }
    return words;
  }

  /** Reads a node as {@link #text} does. */
  public <T> Optional<T> textOf(YamlNode node, Function<String, T> parser) {
    return parse(node, Set.of(Kind.TEXT), "text", parser);
  }

  /** Notes every key that was not asked for before this call. */
  public void refuseUnknown() {
    mapping
        .members()
        .forEach(
            (key, member) -> {
              if (!asked.contains(key)) {
                problems.add(
                    member.key(), "unknown key " + Untrusted.quote(key) + "; " + advice(key));
              }
            });
  }

  private String advice(String key) {
    return Spelling.nearest(key, asked)
        .map(known -> "did you mean '" + known + "'?")
        .orElseGet(() -> "the keys here are " + String.join(", ", asked));
  }

  private <T> Optional<T> parse(
      YamlNode node, Set<Kind> kinds, String expected, Function<String, T> parser) {
    if (!(node instanceof YamlNode.Scalar scalar) || !kinds.contains(scalar.kind())) {
      problems.add(
          node.position(),
          "expected " + expected + ", found " + node.description() + hint(node, expected));
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(scalar.text()));
    } catch (IllegalArgumentException e) {
      problems.add(node.position(), String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static String hint(YamlNode node, String expected) {
    return node instanceof YamlNode.Scalar && expected.equals("text")
        ? "; put it in quotes"
        : "; correct the value";
  }

  private static int bounded(String text, int least, int most) {
    if (text.matches("-?[0-9]{1,9}")) {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "the number is out of range; use one from " + least + " to " + most);
  }
}
