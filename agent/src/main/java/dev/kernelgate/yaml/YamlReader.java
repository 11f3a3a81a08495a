// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.yaml;

import dev.kernelgate.verdict.Untrusted;
import dev.kernelgate.yaml.YamlNode.Kind;
import dev.kernelgate.yaml.YamlNode.Position;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML 1.2 without what makes YAML dangerous: anchors, aliases, tags and duplicate keys are
 * problems, and size, depth and number of values are bounded.
 *
 * <p>The tree is built from the library's events, because its own tree builder recurses without a
 * bound and lets duplicate keys pass.
 */
public final class YamlReader {

  /** Most bytes that are read. */
  public static final int MAX_BYTES = 1024 * 1024;

  /** Deepest nesting that is read. */
  public static final int MAX_DEPTH = 32;

  /** Most values in one file. */
  public static final int MAX_VALUES = 50_000;

  private final Iterator<Event> events;
  private final YamlProblems problems;
  private final ScalarResolver resolver = new CoreSchema().getScalarResolver();
  private int values;

  private YamlReader(Iterator<Event> events, YamlProblems problems) {
    this.events = events;
    this.problems = problems;
  }

  /**
   * Reads the only document; a second one is a problem, an empty file is not.
   *
   * @return what could be read, to look for further problems in; to be used only when there are
   *     none
   */
  public static Optional<YamlNode> readOne(byte[] bytes, YamlProblems problems) {
    List<YamlNode> documents = readAll(bytes, problems);
    if (documents.size() > 1) {
      problems.add(
          documents.get(1).position(),
          "a second document begins here; keep one document in the file");
    }
    return documents.stream().findFirst();
  }

  /**
   * Reads every document that is not empty.
   *
   * @return what could be read, to look for further problems in; to be used only when there are
   *     none
   */
  public static List<YamlNode> readAll(byte[] bytes, YamlProblems problems) {
    if (bytes.length > MAX_BYTES) {
      problems.add(
          Position.START, "the file is larger than " + MAX_BYTES + " bytes; make it smaller");
      return List.of();
    }
    try {
      LoadSettings settings = LoadSettings.builder().setCodePointLimit(MAX_BYTES).build();
      Iterator<Event> events = new Parse(settings).parseString(YamlText.decode(bytes)).iterator();
      return new YamlReader(events, problems).documents();
    } catch (UnreadableYamlException e) {
      problems.add(e.position(), e.problem());
    } catch (MarkedYamlEngineException e) {
      problems.add(
          position(e.getProblemMark().or(e::getContextMark)),
          "it is not YAML: " + Untrusted.quote(String.valueOf(e.getProblem())) + "; correct it");
    } catch (YamlEngineException e) {
      problems.add(
          Position.START,
          "it is not YAML: " + Untrusted.quote(String.valueOf(e.getMessage())) + "; correct it");
    }
    return List.of();
  }

  private List<YamlNode> documents() throws UnreadableYamlException {
    List<YamlNode> documents = new ArrayList<>();
    while (events.hasNext()) {
      Event event = events.next();
      if (event instanceof NodeEvent nodeEvent) {
        YamlNode document = node(nodeEvent, 1);
        if (!(document instanceof YamlNode.Scalar scalar && scalar.kind() == Kind.NULL)) {
          documents.add(document);
        }
      }
    }
    return documents;
  }

  private YamlNode node(NodeEvent event, int depth) throws UnreadableYamlException {
    Position position = position(event.getStartMark());
    if (depth > MAX_DEPTH) {
      throw new UnreadableYamlException(
          position, "it is nested deeper than " + MAX_DEPTH + " levels; make it flatter");
    }
    if (++values > MAX_VALUES) {
      throw new UnreadableYamlException(
          position, "there are more than " + MAX_VALUES + " values; split the file");
    }
    if (event instanceof AliasEvent) {
      problems.add(position, "aliases are not supported; repeat the value");
      return new YamlNode.Scalar(position, Kind.NULL, "");
    }
    if (event.getAnchor().isPresent()) {
      problems.add(position, "anchors are not supported; remove the '&' name");
    }
    return switch (event) {
      case ScalarEvent scalar -> scalar(scalar, position);
      case MappingStartEvent start -> mapping(start, position, depth);
      case CollectionStartEvent start -> sequence(start, position, depth);
      default -> throw new IllegalStateException("unknown event " + event.getEventId());
    };
  }

  private YamlNode.Scalar scalar(ScalarEvent event, Position position) {
    refuseTag(event.getTag(), position);
    Tag tag = resolver.resolve(event.getValue(), event.getImplicit().canOmitTagInPlainScalar());
    return new YamlNode.Scalar(position, kind(tag), event.getValue());
  }

  private YamlNode mapping(MappingStartEvent start, Position position, int depth)
      throws UnreadableYamlException {
    refuseTag(start.getTag(), position);
    Map<String, YamlNode.Member> members = new LinkedHashMap<>();
    for (Event event = events.next(); event instanceof NodeEvent keyEvent; event = events.next()) {
      YamlNode key = node(keyEvent, depth + 1);
      YamlNode value = node((NodeEvent) events.next(), depth + 1);
      if (!(key instanceof YamlNode.Scalar name)) {
        problems.add(key.position(), "a key is " + key.description() + "; use a word");
      } else if (members.containsKey(name.text())) {
        problems.add(
            key.position(),
            "the key "
                + Untrusted.quote(name.text())
                + " is there twice, first in line "
                + members.get(name.text()).key().line()
                + "; keep one of them");
      } else {
        members.put(name.text(), new YamlNode.Member(key.position(), value));
      }
    }
    return new YamlNode.Mapping(position, members);
  }

  private YamlNode sequence(CollectionStartEvent start, Position position, int depth)
      throws UnreadableYamlException {
    refuseTag(start.getTag(), position);
    List<YamlNode> elements = new ArrayList<>();
    for (Event event = events.next(); event instanceof NodeEvent element; event = events.next()) {
      elements.add(node(element, depth + 1));
    }
    return new YamlNode.Sequence(position, elements);
  }

  private void refuseTag(Optional<String> tag, Position position) {
    if (tag.isPresent()) {
      problems.add(position, "tags are not supported; remove " + Untrusted.quote(tag.get()));
    }
  }

  private static Kind kind(Tag tag) {
    if (tag.equals(Tag.INT)) {
      return Kind.INTEGER;
    }
    if (tag.equals(Tag.FLOAT)) {
      return Kind.DECIMAL;
    }
    if (tag.equals(Tag.BOOL)) {
      return Kind.BOOLEAN;
    }
    return tag.equals(Tag.NULL) ? Kind.NULL : Kind.TEXT;
  }

  private static Position position(Optional<Mark> mark) {
    return mark.map(at -> new Position(at.getLine() + 1, at.getColumn() + 1))
        .orElse(Position.START);
  }
}
