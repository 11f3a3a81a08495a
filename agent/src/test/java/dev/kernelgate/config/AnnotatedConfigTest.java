// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kernelgate.yaml.YamlNode;
import dev.kernelgate.yaml.YamlProblems;
import dev.kernelgate.yaml.YamlReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/kernelgate.yaml} says of itself that it is complete and shows the defaults. */
class AnnotatedConfigTest {

  private static final Path DOCUMENT = Path.of("docs", "kernelgate.yaml");
  private static final Pattern HIDDEN_OPTION = Pattern.compile("(?m)^( *)#(?=\\S)");
  private static final Pattern KNOWN_KEYS = Pattern.compile("the keys here are (.*)");

  @TempDir private Path directory;

  @Test
  void showsTheDefaults() throws Exception {
    assertThat(ConfigFile.load(DOCUMENT)).isEqualTo(AgentConfig.defaults());
  }

  @Test
  void isValidWithEveryHiddenOptionShown() throws Exception {
    AgentConfig everything = ConfigFile.load(write(everythingShown()));

    assertThat(everything.images().registries()).hasSize(1);
    assertThat(everything.policy().rules().getFirst().requirements().maxSignatureAge()).isPresent();
  }

  /**
   * The loader answers an unknown key with the keys that it knows there. So a stray key is put into
   * every mapping of the document, and each key that the loader then names has to be in that
   * mapping.
   */
  @Test
  void showsEveryKeyThatTheLoaderKnows() throws Exception {
    String text = everythingShown();
    List<YamlNode.Mapping> mappings = new ArrayList<>();
    collect(
        YamlReader.readOne(text.getBytes(StandardCharsets.UTF_8), new YamlProblems()).orElseThrow(),
        mappings);
    mappings.sort(Comparator.comparing(YamlNode.Mapping::position).reversed());
    for (YamlNode.Mapping mapping : mappings) {
      text = withStrayKey(text, mapping.position());
    }
    Path file = write(text);

    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> ConfigFile.load(file));

    Set<String> known = new TreeSet<>();
    for (String problem : refused.problems()) {
      Matcher matcher = KNOWN_KEYS.matcher(problem);
      assertThat(matcher.find()).as(problem).isTrue();
      known.addAll(List.of(matcher.group(1).split(", ")));
    }
    Set<String> shown = new TreeSet<>(Set.of("pattern"));
    mappings.forEach(mapping -> shown.addAll(mapping.members().keySet()));
    assertThat(refused.problems()).hasSize(mappings.size());
    assertThat(shown).isEqualTo(known);
  }

  /** Whatever a slip of the finger makes of the document, it is accepted or told apart by place. */
  @Test
  void everySlipIsAcceptedOrTold() throws Exception {
    String text = everythingShown();
    Random random = new Random(42);
    for (int round = 0; round < 500; round++) {
      Path file = write(withSlip(text, random));
      try {
        ConfigFile.load(file);
      } catch (ConfigException e) {
        assertThat(e.problems()).isNotEmpty();
      }
    }
  }

  private static String withSlip(String text, Random random) {
    StringBuilder slipped = new StringBuilder(text);
    for (int slips = 1 + random.nextInt(3); slips > 0; slips--) {
      int at = random.nextInt(slipped.length() - 80);
      switch (random.nextInt(4)) {
        case 0 -> slipped.delete(at, at + 1 + random.nextInt(3));
        case 1 -> slipped.insert(at, "*:-{}[]^$\"' \n".charAt(random.nextInt(13)));
        case 2 -> slipped.delete(at, slipped.indexOf("\n", at));
        default -> slipped.insert(at, slipped.substring(at, at + random.nextInt(80)));
      }
    }
    return slipped.toString();
  }

  private static String everythingShown() throws Exception {
    return HIDDEN_OPTION.matcher(Files.readString(DOCUMENT)).replaceAll("$1");
  }

  private static void collect(YamlNode node, List<YamlNode.Mapping> mappings) {
    switch (node) {
      case YamlNode.Mapping mapping -> {
        mappings.add(mapping);
        mapping.members().values().forEach(member -> collect(member.value(), mappings));
      }
      case YamlNode.Sequence sequence ->
          sequence.elements().forEach(element -> collect(element, mappings));
      case YamlNode.Scalar _ -> {}
    }
  }

  private static String withStrayKey(String text, YamlNode.Position at) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    String line = lines.get(at.line() - 1);
    String before = line.substring(0, at.column() - 1);
    String after = line.substring(at.column() - 1);
    lines.set(
        at.line() - 1,
        after.startsWith("{")
            ? before + "{strayKey: 1, " + after.substring(1)
            : before + "strayKey: 1\n" + " ".repeat(before.length()) + after);
    return String.join("\n", lines) + "\n";
  }

  private Path write(String text) throws Exception {
    return Files.writeString(directory.resolve("kernelgate.yaml"), text);
  }
}
