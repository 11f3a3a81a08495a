// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.testing.JournalText;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class JournalEntryTest {

  /** What is written, and what the journal reads. */
  record Case(String name, String field, String value, String readField, String readValue) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("plain", "MESSAGE", "all is well", "MESSAGE", "all is well"),
        new Case("empty value", "MESSAGE", "", "MESSAGE", ""),
        new Case("equals sign", "MESSAGE", "a=b", "MESSAGE", "a=b"),
        new Case("not ASCII", "MESSAGE", "Grüße ☃", "MESSAGE", "Grüße ☃"),
        new Case("line feed", "STACKTRACE", "one\n\ttwo\n", "STACKTRACE", "one\n\ttwo\n"),
        new Case("a field within a value", "A", "x\nMESSAGE=forged", "A", "x\nMESSAGE=forged"),
        new Case("control characters", "A", "\u001b[31m\0\r\u0085", "A", "?[31m???"),
        new Case("trusted name", "_UID", "0", "X__UID", "0"),
        new Case("small letters", "pod.name", "web", "X_POD_NAME", "web"),
        new Case("digit first", "1ST", "x", "X_1ST", "x"),
        new Case("no name", "", "x", "X_", "x"),
        new Case("forged by a name", "A=1\nB", "x", "X_A_1_B", "x"),
        new Case("long name", "N".repeat(65), "x", "X_" + "N".repeat(62), "x"),
        new Case("long value", "A", "v".repeat(9000), "A", "v".repeat(JournalEntry.MAX_VALUE)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isReadAsItWasMeant(Case example) {
    byte[] entry = new JournalEntry().with(example.field, example.value).toBytes();

    assertThat(JournalText.fields(entry))
        .containsExactly(Map.entry(example.readField, example.readValue));
  }

  @Test
  void leavesOutWhatDoesNotFitIntoADatagram() {
    JournalEntry entry = new JournalEntry();
    for (int i = 0; i < 20; i++) {
      entry.with("F" + i, "☃".repeat(JournalEntry.MAX_VALUE));
    }
    entry.with("LAST", "short");

    assertThat(entry.toBytes()).hasSizeLessThanOrEqualTo(JournalEntry.MAX_BYTES);
    assertThat(JournalText.fields(entry.toBytes())).containsKeys("F0", "LAST").hasSize(2);
  }

  @Test
  void writesPlainFieldsAsLinesOfText() {
    byte[] entry = new JournalEntry().with("MESSAGE", "hello").with("PRIORITY", "6").toBytes();

    assertThat(entry).asString(StandardCharsets.UTF_8).isEqualTo("MESSAGE=hello\nPRIORITY=6\n");
  }
}
