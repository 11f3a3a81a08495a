// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.testing.Golden;
import dev.kernelgate.verdict.Mender;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code systemd/kernelgate.catalog} is generated from the code and compared with it. */
final class CatalogueTest {

  private static final int WIDTH = 100;

  @Test
  void explainsEveryKindOfEntry() {
    StringBuilder text =
        new StringBuilder(
            """
            # SPDX-License-Identifier: Apache-2.0
            # What "journalctl -x" says below entries of kernelgate. Generated from the code and compared with it by a
            # test; the identifiers are derived from the words, which are never renamed.
            """);
    for (AgentMessage message : AgentMessage.values()) {
      append(text, message.id(), message.subject(), wrapped(message.explanation()));
    }
    for (Reason reason : Reason.values()) {
      append(
          text,
          new MessageId(reason.toString()),
          "Kernel " + reason.outcome() + ": " + reason,
          explanation(reason));
    }
    Golden.assertDocument("../../systemd/kernelgate.catalog", text.toString());
  }

  @Test
  void noTwoKindsHaveOneIdentifier() {
    assertThat(
            Stream.concat(
                Arrays.stream(AgentMessage.values()).map(AgentMessage::id),
                Arrays.stream(Reason.values()).map(word -> new MessageId(word.toString()))))
        .extracting(MessageId::toString)
        .doesNotHaveDuplicates();
  }

  /** Fields are written where they are known, all over the code, by these two methods. */
  @Test
  void everyFieldIsInTheDocument() throws IOException {
    String document = Files.readString(Path.of("docs", "journal.md"));
    Pattern field = Pattern.compile("(?:addKeyValue|with)\\(\\s*\"([A-Z_]+)\"");
    try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
      for (Path source : sources.filter(Files::isRegularFile).toList()) {
        field
            .matcher(Files.readString(source))
            .results()
            .forEach(match -> assertThat(document).as("%s", source).contains("`" + match.group(1)));
      }
    }
  }

  private static String explanation(Reason reason) {
    StringBuilder text = new StringBuilder(wrapped(reason.summary()));
    if (reason.outcome() != Outcome.TRUSTED) {
      text.append("\n\n").append(wrapped(reason.remedy()));
    }
    if (reason.mender() != Mender.NOBODY) {
      text.append("\nWho can mend it: ").append(reason.mender()).append('.');
    }
    reason
        .commandFor("@KERNELGATE_IMAGE@", "@KERNELGATE_IMAGE@", "@KERNELGATE_IMAGE@")
        .ifPresent(command -> text.append("\nThe same with another tool: ").append(command));
    return text.toString();
  }

  private static void append(StringBuilder text, MessageId id, String subject, String body) {
    text.append("\n-- ").append(id);
    text.append("\nSubject: ").append(subject);
    text.append("\nDefined-By: kernelgate\n\n").append(body).append('\n');
  }

  private static String wrapped(String sentences) {
    StringBuilder text = new StringBuilder();
    int column = 0;
    for (String word : sentences.split(" ", -1)) {
      if (column > 0 && column + 1 + word.length() > WIDTH) {
        text.append('\n');
        column = 0;
      }
      text.append(column == 0 ? "" : " ").append(word);
      column += word.length() + 1;
    }
    return text.toString();
  }
}
