// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ReasonTest {

  @ParameterizedTest
  @EnumSource(Reason.class)
  void isOneCamelCaseWordThatMatchesItsConstant(Reason reason) {
    String asConstant =
        reason.toString().replaceAll("(?<=.)(?=[A-Z])", "_").toUpperCase(Locale.ROOT);

    assertThat(reason.toString()).matches("[A-Z][A-Za-z]+");
    assertThat(asConstant).isEqualTo(reason.name());
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void saysWhatItMeansAndWhatToDoInSentences(Reason reason) {
    assertThat(reason.summary()).matches("[A-Zk].*\\.").doesNotContain("  ");
    assertThat(reason.remedy()).matches("[A-Z].*\\.");
  }

  @Test
  void noWordThatWasEverPublishedIsMissing() throws IOException {
    List<String> published =
        Files.readAllLines(Path.of("src/test/resources/golden/published-reasons.txt"));

    assertThat(Arrays.stream(Reason.values()).map(Reason::toString)).containsAll(published);
  }

  @Test
  void theDocumentListsEveryReason() {
    Golden.assertDocument("reasons.md", document());
  }

  private static String document() {
    StringBuilder text =
        new StringBuilder(
            """
            # Reasons

            One word says why a verdict is what it is. It is the same word in socket answers, `kernelgate verify`, the
            journal and everything else, and it is never renamed. `kernelgate explain WORD` prints a row of this table.
            The table is generated from the code and compared with it by a test.
            """);
    for (Outcome outcome : Outcome.values()) {
      text.append("\n## ").append(outcome).append("\n\n");
      text.append("| reason | meaning | who can mend it | what to do |\n|---|---|---|---|\n");
      for (Reason reason : Reason.values()) {
        if (reason.outcome() == outcome) {
          text.append(row(reason));
        }
      }
    }
    return text.toString();
  }

  private static String row(Reason reason) {
    String command =
        reason
            .commandFor("IMAGE", "IMAGE@INDEX", "IMAGE@MANIFEST")
            .map(tool -> " `" + tool + "`")
            .orElse("");
    return "| `%s` | %s | %s | %s%s |\n"
        .formatted(reason, reason.summary(), reason.mender(), reason.remedy(), command);
  }
}
