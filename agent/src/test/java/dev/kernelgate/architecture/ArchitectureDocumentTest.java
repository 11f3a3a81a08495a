// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/architecture.md}: that what it sends a newcomer to is there. */
final class ArchitectureDocumentTest {

  private static final Path ROOT = Path.of("src", "main", "java", "dev", "kernelgate");

  /** A source file: of a package, or of the root. */
  private static final Pattern FILE = Pattern.compile("`((?:[a-z]+/)?[A-Z][A-Za-z]+)`");

  /** The packages of a row of the table: all that its first cell names. */
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ((?:`[a-z]+`(?:, )?)+) \\|");

  private static final Pattern PACKAGE = Pattern.compile("`([a-z]+)`");

  @Test
  void everyFileOfTheWalkIsThere() throws IOException {
    List<String> files = all(FILE, section("One request, in files"));

    assertThat(files).hasSizeGreaterThan(20);
    assertThat(files).allSatisfy(file -> assertThat(ROOT.resolve(file + ".java")).exists());
  }

  @Test
  void everyPackageHasItsRow() throws IOException {
    List<String> rows =
        all(ROW, section("Packages")).stream().flatMap(row -> all(PACKAGE, row).stream()).toList();

    try (Stream<Path> files = Files.list(ROOT)) {
      assertThat(rows)
          .containsExactlyInAnyOrderElementsOf(
              files.filter(Files::isDirectory).map(path -> path.getFileName().toString()).toList());
    }
  }

  private static String section(String heading) throws IOException {
    String document = Files.readString(Path.of("docs", "architecture.md"));
    int begin = document.indexOf("## " + heading);
    int end = document.indexOf("\n## ", begin);
    return document.substring(begin, end);
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
  }
}
