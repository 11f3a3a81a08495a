// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the program logs, in a logging context of its own. */
final class LogConfiguratorTest {

  private final LoggerContext logging = new LoggerContext();

  @AfterEach
  void stop() {
    logging.stop();
  }

  @Test
  void theLoggingLibraryFindsIt() {
    // The tests' level, from the property that agent() sets; the library's own would be DEBUG.
    assertThat(((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("ROOT").getLevel())
        .isEqualTo(Level.ERROR);
  }

  @Test
  void leavesStandardOutputToOtherCommandsThanTheAgent() {
    LogConfigurator configurator = new LogConfigurator();
    configurator.setContext(logging);
    configurator.configure(logging);

    assertThat(root().iteratorForAppenders().next())
        .isInstanceOfSatisfying(
            ConsoleAppender.class,
            console -> assertThat(console.getTarget()).isEqualTo("System.err"));
  }

  @Test
  void writesALineForPeople() {
    assertThat(logged(LogConfigurator.Form.TEXT, Level.WARN, null))
        .isEqualTo("2026-11-22T12:00:00.123Z WARN  rejected\n");
  }

  @Test
  void writesTheTopOfWhatWasThrown() {
    Exception cause = new IOException("disk");
    Exception fault = new IllegalStateException("no luck", cause);
    StackTraceElement[] frames = new StackTraceElement[9];
    Arrays.setAll(frames, at -> new StackTraceElement("dev.example.Gate", "open" + at, null, -1));
    fault.setStackTrace(frames);
    cause.setStackTrace(frames);

    assertThat(logged(LogConfigurator.Form.TEXT, Level.ERROR, fault))
        .isEqualTo(
            """
            2026-11-22T12:00:00.123Z ERROR rejected
            java.lang.IllegalStateException: no luck
            \tat dev.example.Gate.open0(Unknown Source)
            \tat dev.example.Gate.open1(Unknown Source)
            \tat dev.example.Gate.open2(Unknown Source)
            \tat dev.example.Gate.open3(Unknown Source)
            \tat dev.example.Gate.open4(Unknown Source)
            Caused by: java.io.IOException: disk
            \tat dev.example.Gate.open0(Unknown Source)
            \tat dev.example.Gate.open1(Unknown Source)
            \tat dev.example.Gate.open2(Unknown Source)
            \tat dev.example.Gate.open3(Unknown Source)
            \tat dev.example.Gate.open4(Unknown Source)
            """);
  }

  @Test
  void writesObjectsForPrograms() {
    assertThat(logged(LogConfigurator.Form.JSON, Level.WARN, null))
        .startsWith("{")
        .contains("\"level\":\"WARN\"", "\"message\":\"rejected\"")
        .endsWith("}\n");
  }

  @Test
  void writesToTheJournalByTheNameThatTheMetricsLookFor() {
    Appender<ILoggingEvent> journal =
        LogConfigurator.appender(
            logging, LogConfigurator.Form.JOURNAL, OutputStream.nullOutputStream());

    assertThat(journal).isInstanceOf(JournalAppender.class);
    assertThat(journal.getName()).isEqualTo(LossyLog.NAME);
  }

  private String logged(LogConfigurator.Form form, Level level, @Nullable Throwable thrown) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    logging.setMDCAdapter(new LogbackMDCAdapter());
    LogConfigurator.configure(logging, Level.INFO, LogConfigurator.appender(logging, form, output));
    LoggingEvent event =
        new LoggingEvent("", logging.getLogger("x"), level, "rejected", thrown, new Object[0]);
    event.setInstant(Instant.parse("2026-11-22T12:00:00.123456Z"));
    root().callAppenders(event);
    // Ends when everything is written.
    root().getAppender(LossyLog.NAME).stop();
    return output.toString(StandardCharsets.UTF_8);
  }

  private ch.qos.logback.classic.Logger root() {
    return logging.getLogger(Logger.ROOT_LOGGER_NAME);
  }
}
