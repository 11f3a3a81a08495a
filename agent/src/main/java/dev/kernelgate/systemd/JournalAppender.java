// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes every log event to the journal, with its key-value pairs as fields. Never waits: see
 * {@link Backlog}. Where there is no journal, events go to standard error. Safe for any thread;
 * made by the logging library from its configuration.
 */
public final class JournalAppender extends UnsynchronizedAppenderBase<ILoggingEvent>
    implements LossyLog {

  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final JournalFields fields = new JournalFields();
  private String socket = "/run/systemd/journal/socket";
  private @Nullable Backlog backlog;

  /** Where the journal listens; called by the logging library, before the start. */
  public void setSocket(String socket) {
    this.socket = socket;
  }

  /**
   * Whether standard output goes to the journal: {@code $JOURNAL_STREAM} names its device and inode
   * (systemd.exec(5)). A program whose output was redirected inherits the variable, so it is
   * compared.
   */
  public static boolean isStandardOutput(Map<String, String> environment) {
    String journal = environment.getOrDefault("JOURNAL_STREAM", "");
    try {
      Map<String, Object> output = Files.readAttributes(Path.of("/proc/self/fd/1"), "unix:dev,ino");
      return journal.equals(output.get("dev") + ":" + output.get("ino"));
    } catch (IOException | UnsupportedOperationException _) {
      return false;
    }
  }

  @Override
  public long lost() {
    Backlog current = backlog;
    return current == null ? 0 : current.lost();
  }

  @Override
  public void start() {
    try {
      backlog =
          new Backlog(
              UnixDatagram.to(socket),
              JournalAppender::toStandardError,
              JournalAppender::lossNotice);
    } catch (IOException e) {
      addError("there is no way to the journal", e);
    }
    super.start();
  }

  /**
   * Gives entries that wait a second to leave. The socket is left to the end of the process:
   * somebody may be sending.
   */
  @Override
  public void stop() {
    super.stop();
    Backlog last = backlog;
    try {
      if (last != null && !last.awaitEmpty(LAST_WORDS.toNanos())) {
        addError("entries are left that the journal did not take");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    byte[] entry = fields.entry(event);
    Backlog current = backlog;
    if (current == null) {
      toStandardError(entry);
    } else {
      current.deliver(entry);
    }
  }

  /** All fields on one line, the message first. */
  private static void toStandardError(byte[] entry) {
    System.err.println(
        new String(entry, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}+", " ").strip());
  }

  private static byte[] lossNotice(long lost) {
    return new JournalEntry()
        .with("MESSAGE", lost + " log entries were lost: the journal was too slow")
        .with("PRIORITY", "4")
        .with("SYSLOG_IDENTIFIER", "kernelgate")
        .with("MESSAGE_ID", AgentMessage.ENTRIES_LOST.id().toString())
        .with("KERNELGATE_LOST", Long.toString(lost))
        .toBytes();
  }
}
