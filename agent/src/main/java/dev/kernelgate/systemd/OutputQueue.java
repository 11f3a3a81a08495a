// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * Has log entries written by a thread of its own, in order: whoever reads standard output may stop
 * to read, and nobody who answers a launcher waits for that. What does not fit into the queue is
 * lost and counted. Entries that follow close upon one another leave together. Safe for any thread.
 *
 * <p>The library's own queue wakes its thread and writes for each entry, which was a third of a
 * remembered decision; this one does so every {@link #GATHERING} milliseconds at most.
 */
final class OutputQueue extends UnsynchronizedAppenderBase<ILoggingEvent> implements LossyLog {

  /** Entries that wait at most; one is some hundred bytes. */
  static final int MAX_WAITING = 1024;

  /** How long the first entry waits for others, in milliseconds. */
  private static final int GATHERING = 5;

  /** So many bytes are written at once, or one entry that is longer. */
  private static final int WRITE_BYTES = 32 * 1024;

  /** For what waits when the agent ends, in milliseconds. */
  private static final int LAST_WORDS = 1000;

  private final Encoder<ILoggingEvent> encoder;
  private final OutputStream output;
  private final BlockingQueue<ILoggingEvent> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final LongAdder lost = new LongAdder();
  private final Thread writer = Thread.ofPlatform().daemon().name("log").unstarted(this::write);

  /**
   * Has to be started.
   *
   * @param encoder used by one thread
   */
  OutputQueue(LoggerContext logging, Encoder<ILoggingEvent> encoder, OutputStream output) {
    setContext(logging);
    setName(LossyLog.NAME);
    this.encoder = encoder;
    this.output = output;
  }

  @Override
  public long lost() {
    return lost.sum();
  }

  @Override
  public void start() {
    super.start();
    writer.start();
  }

  /** Returns when what waits is written, or after a second. */
  @Override
  public void stop() {
    super.stop();
    writer.interrupt();
    try {
      writer.join(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    event.prepareForDeferredProcessing();
    if (!waiting.offer(event)) {
      lost.increment();
    }
  }

  private void write() {
    List<ILoggingEvent> entries = new ArrayList<>();
    boolean isOver;
    do {
      isOver = !gather(entries);
      waiting.drainTo(entries);
      write(entries);
      entries.clear();
    } while (!isOver);
  }

  /** Waits for an entry and for those that follow it; false when these are the last. */
  private boolean gather(List<ILoggingEvent> entries) {
    try {
      entries.add(waiting.take());
      Thread.sleep(GATHERING);
    } catch (InterruptedException e) {
      // By stop(), which nothing follows.
    }
    return isStarted();
  }

  private void write(List<ILoggingEvent> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ILoggingEvent entry : entries) {
      try {
        bytes.writeBytes(encoder.encode(entry));
      } catch (RuntimeException e) {
        lost.increment();
        addError("an entry cannot be written", e);
      }
      if (bytes.size() >= WRITE_BYTES) {
        write(bytes);
      }
    }
    write(bytes);
  }

  private void write(ByteArrayOutputStream bytes) {
    try {
      bytes.writeTo(output);
      output.flush();
    } catch (IOException e) {
      addError("standard output takes no log", e);
    }
    bytes.reset();
  }
}
