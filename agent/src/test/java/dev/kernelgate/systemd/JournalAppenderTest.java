// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.kernelgate.testing.DatagramReceiver;
import dev.kernelgate.testing.JournalText;
import dev.kernelgate.verdict.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The appender in a logging context of its own, and a real socket in journald's place. */
@Timeout(60)
final class JournalAppenderTest {

  private final LoggerContext context = new LoggerContext();
  private final JournalAppender appender = new JournalAppender();
  @TempDir private Path directory;

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void writesMessageKindAndFields() {
    try (DatagramReceiver journal = DatagramReceiver.at(socket())) {
      log()
          .atWarn()
          .addMarker(AgentMessage.marker(Reason.NO_SIGNATURE))
          .addKeyValue("KERNELGATE_REASON", Reason.NO_SIGNATURE)
          .addKeyValue("PEER_UID", 0)
          .log("rejected\na kernel");

      assertThat(JournalText.fields(journal.receive()))
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "MESSAGE", "rejected a kernel",
                  "PRIORITY", "4",
                  "SYSLOG_IDENTIFIER", "kernelgate",
                  "LOGGER", "test",
                  "MESSAGE_ID", new MessageId("NoSignature").toString(),
                  "KERNELGATE_REASON", "NoSignature",
                  "PEER_UID", "0"));
    }
  }

  @Test
  void writesWhereAndWhyOfOtherLines() {
    try (DatagramReceiver journal = DatagramReceiver.at(socket())) {
      log().error("a request failed", new IOException("broken\npipe"));

      assertThat(JournalText.fields(journal.receive()))
          .containsEntry("MESSAGE", "a request failed: java.io.IOException: broken pipe")
          .containsEntry("PRIORITY", "3")
          .containsEntry("CODE_FILE", "JournalAppenderTest.java")
          .containsEntry(
              "CODE_FUNC", JournalAppenderTest.class.getName() + ".writesWhereAndWhyOfOtherLines")
          .hasEntrySatisfying("CODE_LINE", line -> assertThat(line).matches("[0-9]+"))
          .hasEntrySatisfying(
              "STACKTRACE", trace -> assertThat(trace).contains("\n\tat ", "JournalAppenderTest"));
    }
  }

  @Test
  void keepsWhatASlowJournalDoesNotTakeAndTellsWhatWasLost() {
    int more = Backlog.MAX_BYTES / 1000;
    try (DatagramReceiver journal = DatagramReceiver.at(socket())) {
      Logger log = log();
      for (int i = 0; i < more + 2000; i++) {
        log.info(i + " " + "x".repeat(1000));
      }
      long lost = appender.lost();
      assertThat(lost).isPositive();
      for (int i = 0; i < more + 2000 - lost; i++) {
        assertThat(JournalText.fields(journal.receive()).get("MESSAGE")).startsWith(i + " ");
      }
      assertThat(JournalText.fields(journal.receive()))
          .containsEntry("MESSAGE", lost + " log entries were lost: the journal was too slow")
          .containsEntry("KERNELGATE_LOST", Long.toString(lost))
          .containsEntry("MESSAGE_ID", AgentMessage.ENTRIES_LOST.id().toString());
      log.info("the next");
      assertThat(JournalText.fields(journal.receive())).containsEntry("MESSAGE", "the next");
    }
  }

  @Test
  void findsAJournalThatWasRestarted() throws IOException {
    Logger log = log();
    log.info("lost to standard error");
    try (DatagramReceiver journal = DatagramReceiver.at(socket())) {
      log.info("one");
      assertThat(JournalText.fields(journal.receive())).containsEntry("MESSAGE", "one");
    }
    Files.delete(Path.of(socket()));
    log.info("to standard error, too");
    try (DatagramReceiver journal = DatagramReceiver.at(socket())) {
      log.info("two");
      assertThat(JournalText.fields(journal.receive())).containsEntry("MESSAGE", "two");
    }
    assertThat(appender.lost()).isZero();
  }

  @Test
  void namesKindsByUniversallyUniqueNames() {
    String id = new MessageId("NoSignature").toString();

    assertThat(id).matches("[0-9a-f]{32}");
    assertThat(UUID.nameUUIDFromBytes("kernelgate.NoSignature".getBytes(StandardCharsets.UTF_8)))
        .hasToString(id.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5"));
  }

  @Test
  void takesStandardOutputForTheJournalOnlyWhenItIsTheOneThatWasNamed() throws IOException {
    Map<String, Object> output = Files.readAttributes(Path.of("/proc/self/fd/1"), "unix:dev,ino");
    String stream = output.get("dev") + ":" + output.get("ino");

    assertThat(JournalAppender.isStandardOutput(Map.of("JOURNAL_STREAM", stream))).isTrue();
    assertThat(JournalAppender.isStandardOutput(Map.of("JOURNAL_STREAM", stream + "0"))).isFalse();
    assertThat(JournalAppender.isStandardOutput(Map.of("JOURNAL_STREAM", "x"))).isFalse();
    assertThat(JournalAppender.isStandardOutput(Map.of())).isFalse();
  }

  private String socket() {
    return directory.resolve("journal").toString();
  }

  private Logger log() {
    appender.setContext(context);
    appender.setSocket(socket());
    appender.start();
    Logger log = context.getLogger("test");
    log.setLevel(Level.INFO);
    log.addAppender(appender);
    return log;
  }
}
