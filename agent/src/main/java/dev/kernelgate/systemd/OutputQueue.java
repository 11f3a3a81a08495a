// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import java.util.concurrent.atomic.LongAdder;

/**
 * Has log entries written by a thread of its own, in order: whoever reads standard output may stop
 * to read, and nobody who answers a launcher waits for that. What does not fit into the queue is
 * lost and counted. Safe for any thread.
 */
final class OutputQueue extends AsyncAppender implements LossyLog {

  /** Entries that wait at most; one is some hundred bytes. */
  static final int MAX_WAITING = 1024;

  /** For what waits when the agent ends, in milliseconds. */
  private static final int LAST_WORDS = 1000;

  private final LongAdder lost = new LongAdder();

  OutputQueue(LoggerContext logging, Appender<ILoggingEvent> output) {
    setContext(logging);
    setName(LossyLog.NAME);
    setQueueSize(MAX_WAITING);
    // Neither to wait nor to drop what is only news while there is room.
    setNeverBlock(true);
    setDiscardingThreshold(0);
    setMaxFlushTime(LAST_WORDS);
    addAppender(output);
  }

  /** Entries lost; of two that come at once for the last place one may be counted wrongly. */
  @Override
  public long lost() {
    return lost.sum();
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (getRemainingCapacity() == 0) {
      lost.increment();
    }
    super.append(event);
  }
}
