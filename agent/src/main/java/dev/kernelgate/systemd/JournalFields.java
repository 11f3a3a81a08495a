// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

/** Turns log events into entries of the journal. Safe for any thread. */
final class JournalFields {

  private static final String IDENTIFIER = "kernelgate";
  private static final int MAX_PAIRS = 64;

  /** By marker name; bounded, since our markers are named in the code. */
  private final Map<String, String> messageIds = new ConcurrentHashMap<>();

  /**
   * An event as an entry: its message, its kind, where it comes from and all its key-value pairs.
   */
  byte[] entry(ILoggingEvent event) {
    JournalEntry entry =
        new JournalEntry()
            .with("MESSAGE", message(event))
            .with("PRIORITY", priority(event.getLevel()))
            .with("SYSLOG_IDENTIFIER", IDENTIFIER)
            .with("LOGGER", event.getLoggerName());
    messageId(event)
        .ifPresentOrElse(id -> entry.with("MESSAGE_ID", id), () -> addCode(entry, event));
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.stream()
          .limit(MAX_PAIRS)
          .forEach(pair -> entry.with(pair.key, String.valueOf(pair.value)));
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      entry.with("STACKTRACE", ThrowableProxyUtil.asString(thrown));
    }
    return entry.toBytes();
  }

  /** One sentence for people, on one line. */
  static String message(ILoggingEvent event) {
    IThrowableProxy thrown = event.getThrowableProxy();
    String message = String.valueOf(event.getFormattedMessage());
    String whole =
        thrown == null
            ? message
            : message + ": " + thrown.getClassName() + ": " + thrown.getMessage();
    return whole.replace('\n', ' ');
  }

  /** As syslog(3) counts. */
  static String priority(Level level) {
    return switch (level.toInt()) {
      case Level.ERROR_INT -> "3";
      case Level.WARN_INT -> "4";
      case Level.INFO_INT -> "6";
      default -> "7";
    };
  }

  private Optional<String> messageId(ILoggingEvent event) {
    List<Marker> markers = event.getMarkerList();
    return markers == null || markers.isEmpty()
        ? Optional.empty()
        : MessageId.of(markers.getFirst())
            .map(id -> messageIds.computeIfAbsent(id.word(), _ -> id.toString()));
  }

  /**
   * The place in the code. An entry with a message id has its place by that, and finding it costs
   * more than the rest of the entry, which counts where one is written for every answer.
   */
  private static void addCode(JournalEntry entry, ILoggingEvent event) {
    StackTraceElement[] callers = event.getCallerData();
    if (callers.length > 0) {
      StackTraceElement caller = callers[0];
      entry
          .with("CODE_FILE", String.valueOf(caller.getFileName()))
          .with("CODE_LINE", Integer.toString(caller.getLineNumber()))
          .with("CODE_FUNC", caller.getClassName() + "." + caller.getMethodName());
    }
  }
}
