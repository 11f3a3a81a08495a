// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.FileAppender;
import dev.kernelgate.testing.DatagramReceiver;
import dev.kernelgate.verdict.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;
import org.slf4j.Marker;

/**
 * What a decision's line costs the thread that logs it, with the fields that a decision has. The
 * receiver does nothing but receive. {@code mvn -B -Pbench verify -DskipTests -Dbench=Journal} runs
 * it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgs = {"-Xmx64m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"})
public class JournalBenchmark {

  private static final Marker MARKER = AgentMessage.marker(Reason.SIGNED_INDEX);

  /** Where lines go. */
  public enum Target {
    /** A datagram socket with a receiver. */
    JOURNAL,
    /** A datagram socket whose receiver is stuck. */
    STUCK_JOURNAL,
    /** The text format, flushed line by line to a file that forgets. */
    TEXT
  }

  /** Set by JMH. */
  @Param public Target target = Target.JOURNAL;

  private final LoggerContext context = new LoggerContext();
  private final Logger log = context.getLogger("kernelgate");

  /** Made once, before anything is measured. */
  @Setup
  public void openTarget() throws IOException, InterruptedException {
    log.setLevel(Level.INFO);
    Path socket = Files.createTempDirectory("journal").resolve("socket");
    Appender<ILoggingEvent> appender =
        switch (target) {
          case JOURNAL, STUCK_JOURNAL -> journal(socket);
          case TEXT -> text();
        };
    appender.setContext(context);
    appender.start();
    log.addAppender(appender);
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

  private JournalAppender journal(Path socket) throws InterruptedException {
    CountDownLatch isBound = new CountDownLatch(1);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              DatagramReceiver receiver = DatagramReceiver.at(socket.toString());
              isBound.countDown();
              while (target == Target.JOURNAL) {
                receiver.receive();
              }
            });
    isBound.await();
    JournalAppender appender = new JournalAppender();
    appender.setSocket(socket.toString());
    return appender;
  }

  private FileAppender<ILoggingEvent> text() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d{\"yyyy-MM-dd'T'HH:mm:ss.SSS'Z'\", UTC} %-5level %msg%n%ex{5}");
    encoder.start();
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setFile("/dev/null");
    appender.setEncoder(encoder);
    return appender;
  }
}
