// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class YamlReaderTest {

  private final YamlProblems problems = new YamlProblems();

  @Test
  void knowsWhereEverythingBegins() {
    YamlNode root = readOne("a: 1\nb:\n  - x\n  - {c: 'd', é: f}\n");

    YamlNode.Mapping mapping = (YamlNode.Mapping) root;
    YamlNode.Sequence list = (YamlNode.Sequence) mapping.get("b").orElseThrow();
    YamlNode.Mapping inner = (YamlNode.Mapping) list.elements().get(1);
    assertThat(keyOf(mapping, "b")).hasToString("2:1");
    assertThat(list.elements().getFirst().position()).hasToString("3:5");
    assertThat(inner.get("c").orElseThrow().position()).hasToString("4:9");
    assertThat(keyOf(inner, "é")).hasToString("4:14");
    assertThat(problems.isEmpty()).isTrue();
  }

  record Typed(String text, YamlNode.Kind kind) {}

  static Stream<Typed> scalars() {
    return Stream.of(
        new Typed("word", YamlNode.Kind.TEXT),
        new Typed("yes", YamlNode.Kind.TEXT),
        new Typed("on", YamlNode.Kind.TEXT),
        new Typed("\"1\"", YamlNode.Kind.TEXT),
        new Typed("'true'", YamlNode.Kind.TEXT),
        new Typed("6.18.35", YamlNode.Kind.TEXT),
        new Typed("2026-11-22", YamlNode.Kind.TEXT),
        new Typed("''", YamlNode.Kind.TEXT),
        new Typed("6.18", YamlNode.Kind.DECIMAL),
        new Typed("0660", YamlNode.Kind.INTEGER),
        new Typed("true", YamlNode.Kind.BOOLEAN),
        new Typed("~", YamlNode.Kind.NULL),
        new Typed("", YamlNode.Kind.NULL));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scalars")
  void typesScalarsByTheCoreSchemaOnly(Typed typed) {
    YamlNode.Mapping mapping = (YamlNode.Mapping) readOne("key: " + typed.text());

    assertThat(mapping.members().values().iterator().next().value())
        .isInstanceOfSatisfying(
            YamlNode.Scalar.class, scalar -> assertThat(scalar.kind()).isEqualTo(typed.kind()));
  }

  record Case(String name, byte[] bytes, String... problems) {
    Case(String name, String text, String... problems) {
      this(name, text.getBytes(StandardCharsets.UTF_8), problems);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> broken() {
    return Stream.of(
        new Case(
            "duplicate keys, all of them",
            "a: 1\nb: {c: 1, c: 2}\na: 3\n",
            "f:2:11: the key 'c' is there twice, first in line 2; keep one of them",
            "f:3:1: the key 'a' is there twice, first in line 1; keep one of them"),
        new Case(
            "alias",
            "a: &x 1\nb: *x\n",
            "f:1:4: anchors are not supported; remove the '&' name",
            "f:2:4: aliases are not supported; repeat the value"),
        new Case("merge key", "a: {<<: *x}", "f:1:9: aliases are not supported; repeat the value"),
        new Case("tag", "a: !!java.net.URL [x]", "f:1:4: tags are not supported; remove"),
        new Case("key that is a list", "? [a]\n: b\n", "f:1:3: a key is a list; use a word"),
        new Case("second document", "a: 1\n---\nb: 2\n", "f:3:1: a second document begins here"),
        new Case("not YAML", "a: b: c\n", "f:1:5: it is not YAML: 'mapping values are not allowed"),
        new Case("unclosed", "a: [1, 2\n", "f:2:1: it is not YAML"),
        new Case("tab", "a:\n\tb: 1\n", "f:2:1: it is not YAML"),
        new Case("control character", "a: 1\nbc: \u0007x\n", "f:2:5: there is a control character"),
        new Case(
            "not UTF-8", new byte[] {'a', ':', ' ', (byte) 0xff}, "f:1:1: the file is not UTF-8"),
        new Case(
            "UTF-16", "a: 1".getBytes(StandardCharsets.UTF_16), "f:1:1: the file is not UTF-8"),
        new Case("deep lists", "[".repeat(100_000), "f:1:33: it is nested deeper than 32 levels"),
        new Case("deep mappings", "{a: ".repeat(50_000), "f:1:126: it is nested deeper than 32"),
        new Case("deep blocks", "- ".repeat(1000), "f:1:65: it is nested deeper than 32"),
        new Case(
            "many values", "- a\n".repeat(60_000), "f:50000:3: there are more than 50000 values"),
        new Case("too large", "#".repeat(YamlReader.MAX_BYTES + 1), "f:1:1: the file is larger"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void refusesWithPlaceAndRemedy(Case broken) {
    YamlReader.readOne(broken.bytes(), problems);

    List<String> found = problems.in("f");
    assertThat(found).hasSize(broken.problems().length);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).startsWith(broken.problems()[i]);
    }
  }

  @Test
  void readsEveryDocumentOfAFile() {
    assertThat(
            YamlReader.readAll(
                "---\na: 1\n---\n# nothing\n---\nb: 2\n...\n".getBytes(StandardCharsets.UTF_8),
                problems))
        .hasSize(2);
    assertThat(problems.isEmpty()).isTrue();
  }

  @Test
  void readsJson() {
    YamlNode root = readOne("{\n\t\"a\": [true, 1, null],\r\n\t\"b\\/\\u00e9\": \"x\"\n}");

    assertThat(((YamlNode.Mapping) root).members()).containsOnlyKeys("a", "b/é");
    assertThat(problems.isEmpty()).isTrue();
  }

  @Test
  void anEmptyFileHasNoDocumentAndNoProblem() {
    assertThat(YamlReader.readOne(new byte[0], problems)).isEmpty();
    assertThat(YamlReader.readOne("# only this\n".getBytes(StandardCharsets.UTF_8), problems))
        .isEmpty();
    assertThat(problems.isEmpty()).isTrue();
  }

  @Test
  void survivesGarbage() {
    byte[] alphabet = "ab:-?[]{},&*!|>'\"%@` \n\t#1.~<é".getBytes(StandardCharsets.UTF_8);
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      byte[] garbage = new byte[random.nextInt(60)];
      for (int i = 0; i < garbage.length; i++) {
        garbage[i] = alphabet[random.nextInt(alphabet.length)];
      }
      // Whatever it is, it is read or refused; nothing else comes out.
      YamlReader.readAll(garbage, new YamlProblems());
    }
  }

  @Test
  void keepsABoundedNumberOfProblems() {
    YamlReader.readOne("- &a x\n".repeat(1000).getBytes(StandardCharsets.UTF_8), problems);

    assertThat(problems.in("f")).hasSize(YamlProblems.MAX);
  }

  private YamlNode readOne(String text) {
    return YamlReader.readOne(text.getBytes(StandardCharsets.UTF_8), problems).orElseThrow();
  }

  private static YamlNode.Position keyOf(YamlNode.Mapping mapping, String key) {
    return Objects.requireNonNull(mapping.members().get(key)).key();
  }
}
