// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/** A log that goes into a real pipe. */
@Timeout(60)
final class OutputQueueTest {

  /** More than a pipe and the queue hold together, at sixteen bytes an entry. */
  private static final int FLOOD = 20_000;

  private static final String CANNOT_BE_WRITTEN = "cannot be written";

  @TempDir private Path folder;

  private final LoggerContext logging = new LoggerContext();
  private RandomAccessFile bothEnds;
  private OutputStream output;
  private BufferedReader reader;
  private OutputQueue queue;
  private Logger log;

  @BeforeEach
  void openPipe() throws Exception {
    Path path = folder.resolve("output");
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
    // The opening of one end waits for the other, unless somebody has both.
    bothEnds = new RandomAccessFile(path.toFile(), "rw");
    output = new FileOutputStream(path.toFile());
    reader = new BufferedReader(new InputStreamReader(new FileInputStream(path.toFile()), UTF_8));
    logging.setMDCAdapter(new LogbackMDCAdapter());
    queue = new OutputQueue(logging, lines(), output);
    LogConfigurator.configure(logging, Level.INFO, queue);
    log = logging.getLogger("test");
  }

  @AfterEach
  void close() throws IOException {
    logging.stop();
    reader.close();
    output.close();
    bothEnds.close();
  }

  @Test
  void nobodyWaitsForAReaderWhoDoesNotRead() throws Exception {
    for (int entry = 0; entry < FLOOD; entry++) {
      log.info("{}", "%15d".formatted(entry));
    }

    assertThat(queue.lost()).isBetween(1L, (long) FLOOD - OutputQueue.MAX_WAITING);
    for (int entry = 0; entry < OutputQueue.MAX_WAITING; entry++) {
      assertThat(reader.readLine().strip()).isEqualTo(Integer.toString(entry));
    }
  }

  @Test
  void losesNothingThatIsRead() throws Exception {
    for (int entry = 0; entry < FLOOD; entry += 100) {
      for (int one = entry; one < entry + 100; one++) {
        log.info("{}", one);
      }
      for (int one = entry; one < entry + 100; one++) {
        assertThat(reader.readLine()).isEqualTo(Integer.toString(one));
      }
    }

    assertThat(queue.lost()).isZero();
  }

  @Test
  void lastWordsAreWritten() throws Exception {
    log.info("first");
    log.info("last");

    queue.stop();

    assertThat(reader.readLine()).isEqualTo("first");
    assertThat(reader.readLine()).isEqualTo("last");
  }

  @Test
  void anEntryThatCannotBeWrittenIsLostAlone() throws Exception {
    log.info("{}", CANNOT_BE_WRITTEN);
    log.info("next");

    assertThat(reader.readLine()).isEqualTo("next");
    assertThat(queue.lost()).isOne();
  }

  /** Of each entry the message; one of them is a fault of the encoder. */
  private Encoder<ILoggingEvent> lines() {
    return new LayoutWrappingEncoder<>() {
      @Override
      public byte[] encode(ILoggingEvent event) {
        if (event.getFormattedMessage().equals(CANNOT_BE_WRITTEN)) {
          throw new IllegalStateException(CANNOT_BE_WRITTEN);
        }
        return (event.getFormattedMessage() + "\n").getBytes(UTF_8);
      }
    };
  }
}
