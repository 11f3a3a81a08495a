// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets the logging library up, in a tenth of the time that its own way by XML takes. Made by the
 * library when the first logger is; before that, {@link #agent} says how the agent logs. Without
 * it, as in the other commands, warnings go to standard error as text.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class LogConfigurator extends ContextAwareBase implements Configurator {

  private static final String LEVEL = "kernelgate.log.level";
  private static final String FORM = "kernelgate.log.form";

  /** What becomes of an entry. */
  public enum Form {
    /** A line for people on standard output: messages say in words what matters of their fields. */
    TEXT,
    /** An object for programs on standard output, with all fields. */
    JSON,
    /** An entry of the journal, with all fields. */
    JOURNAL
  }

  /** Lets this process log as an agent does. Has to come before the first logger. */
  public static void agent(org.slf4j.event.Level level, Form form) {
    // Handed over by properties: the library makes this class itself.
    System.setProperty(LEVEL, level.toString());
    System.setProperty(FORM, form.name());
  }

  @Override
  public ExecutionStatus configure(LoggerContext logging) {
    String form = System.getProperty(FORM, "");
    Level level = Level.toLevel(System.getProperty(LEVEL), Level.WARN);
    if (form.isEmpty()) {
      configure(logging, level, standardError(logging));
    } else {
      configure(logging, level, appender(logging, Form.valueOf(form), System.out));
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Log entries of this process that whoever reads the log was too slow to take. */
  public static long lost() {
    return LoggerFactory.getILoggerFactory() instanceof LoggerContext logging
            && logging.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(LossyLog.NAME)
                instanceof LossyLog log
        ? log.lost()
        : 0;
  }

  /** Gives entries that wait a second to leave. The last thing that an agent does. */
  public static void end() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logging) {
      logging.stop();
    }
  }

  /** Everything from this level on goes to the appender, which is started here. */
  static void configure(LoggerContext logging, Level level, Appender<ILoggingEvent> appender) {
    // The library's words about itself would come between the lines that commands print.
    logging.getStatusManager().add(new NopStatusListener());
    logging.getLogger("io.netty").setLevel(Level.WARN);
    // Tells every retry as an error; what lasts is told once by dev.kernelgate.kubernetes.
    logging.getLogger("io.fabric8").setLevel(Level.OFF);
    appender.start();
    var root = logging.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(level);
    root.addAppender(appender);
  }

  /** What an agent logs to in this form; the journal is no output. */
  static Appender<ILoggingEvent> appender(LoggerContext logging, Form form, OutputStream output) {
    return switch (form) {
      case TEXT -> new OutputQueue(logging, started(logging, new TextEncoder()), output);
      case JSON -> new OutputQueue(logging, started(logging, new JsonEncoder()), output);
      case JOURNAL -> {
        JournalAppender journal = new JournalAppender();
        journal.setContext(logging);
        journal.setName(LossyLog.NAME);
        yield journal;
      }
    };
  }

  private static Appender<ILoggingEvent> standardError(LoggerContext logging) {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(logging);
    console.setTarget(ConsoleTarget.SystemErr.getName());
    console.setEncoder(started(logging, new TextEncoder()));
    return console;
  }

  private static Encoder<ILoggingEvent> started(
      LoggerContext logging, Encoder<ILoggingEvent> encoder) {
    encoder.setContext(logging);
    encoder.start();
    return encoder;
  }
}
