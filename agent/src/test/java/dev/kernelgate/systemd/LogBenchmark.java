// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import dev.kernelgate.testing.DatagramReceiver;
import dev.kernelgate.verdict.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.slf4j.Marker;

/**
 * What a decision's line costs the thread that logs it, which is the socket's only event loop.
 * Lines come one by one, as on a node: the next when the last is where it goes. Nobody reads a
 * stuck log, so there each line is one that is lost.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgs = {"@src/tree/lib/java.options", "--enable-native-access=ALL-UNNAMED"})
public class LogBenchmark {

  private static final Marker MARKER = AgentMessage.marker(Reason.SIGNED_INDEX);

  /** Where lines go. */
  public enum Target {
    /** A datagram socket with a receiver that does nothing else. */
    JOURNAL,
    /** A datagram socket whose receiver is stuck. */
    STUCK_JOURNAL,
    /** Lines on a standard output that forgets. */
    TEXT,
    /** Objects on the same. */
    JSON
  }

  /** Set by JMH. */
  @Param public Target target = Target.JOURNAL;

  private final LoggerContext context = new LoggerContext();
  private final Logger log = context.getLogger("kernelgate");
  private final AtomicLong received = new AtomicLong();
  private BooleanSupplier isThere = () -> true;
  private long sent;

  /** Made once, before anything is measured. */
  @Setup
  public void openTarget() throws IOException, InterruptedException {
    Appender<ILoggingEvent> appender =
        switch (target) {
          case JOURNAL, STUCK_JOURNAL -> journal();
          case TEXT -> output(LogConfigurator.Form.TEXT);
          case JSON -> output(LogConfigurator.Form.JSON);
        };
    LogConfigurator.configure(context, Level.INFO, appender);
  }

  /** Ends the threads. */
  @TearDown
  public void close() {
    context.stop();
  }

  /** Waits until the last line is where it goes; not measured. */
  @Setup(org.openjdk.jmh.annotations.Level.Invocation)
  public void awaitLast() {
    while (!isThere.getAsBoolean()) {
      Thread.onSpinWait();
    }
    sent++;
  }

  /** A line of the hot path. */
  @Benchmark
  public void decision() {
    log.atInfo()
        .addMarker(MARKER)
        .addKeyValue("KERNELGATE_VERDICT", "trusted")
        .addKeyValue("KERNELGATE_REASON", Reason.SIGNED_INDEX)
        .addKeyValue("KERNELGATE_BOOT", true)
        .addKeyValue("KERNELGATE_IMAGE", "ghcr.io/edera-dev/zone-kernel:6.15.6")
        .addKeyValue("KERNELGATE_DIGEST", "sha256:" + "0".repeat(64))
        .addKeyValue("POD_NAMESPACE", "default")
        .addKeyValue("POD_NAME", "web")
        .addKeyValue("PEER_UID", 0)
        .addKeyValue("PEER_PID", 4711)
        .log("trusted ghcr.io/edera-dev/zone-kernel:6.15.6, asked by pid 4711 of uid 0");
  }

  private Appender<ILoggingEvent> journal() throws IOException, InterruptedException {
    Path socket = Files.createTempDirectory("journal").resolve("socket");
    CountDownLatch isBound = new CountDownLatch(1);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              DatagramReceiver receiver = DatagramReceiver.at(socket.toString());
              isBound.countDown();
              while (target == Target.JOURNAL) {
                receiver.receive();
                received.incrementAndGet();
              }
            });
    isBound.await();
    if (target == Target.JOURNAL) {
      isThere = () -> received.get() == sent;
    }
    JournalAppender appender = new JournalAppender();
    appender.setContext(context);
    appender.setSocket(socket.toString());
    return appender;
  }

  private Appender<ILoggingEvent> output(LogConfigurator.Form form) {
    isThere = () -> received.get() == sent;
    return LogConfigurator.appender(context, form, new LineCount());
  }

  /** An output that counts the lines that it forgets. */
  private final class LineCount extends OutputStream {
    @Override
    public void write(int written) {
      if (written == '\n') {
        received.incrementAndGet();
      }
    }
  }
}
