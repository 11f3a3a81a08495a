// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.footprint;

import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.UnixHttpClient;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** The packed agent, or a peer that answers as it does, running. Used by one thread. */
final class AgentProcess implements AutoCloseable {

  /** Where the build leaves it. */
  static final Path TREE = Path.of("target", "kernelgate").toAbsolutePath();

  private static final Duration START = Duration.ofSeconds(30);

  private final Process process;
  private final CpuClock clock;
  private final Path socket;
  private final long startedAt;

  /** Kilobytes, as {@code smaps_rollup} counts them. */
  record Memory(long resident, long proportional, long anonymous) {}

  private AgentProcess(Process process, Path socket, long startedAt) {
    this.process = process;
    this.clock = CpuClock.of(process);
    this.socket = socket;
    this.startedAt = startedAt;
  }

  static AgentProcess start(Path config, Path socket, List<String> javaOptions, String node)
      throws IOException {
    List<String> command =
        List.of(TREE.resolve("bin/kernelgate").toString(), "agent", "--config", config.toString());
    Map<String, String> environment =
        Map.of("NODE_NAME", node, "KERNELGATE_JAVA_OPTIONS", String.join(" ", javaOptions));
    return start(command, environment, config.resolveSibling("agent.log"), socket);
  }

  /** Starts whatever answers the agent's questions on a socket. */
  static AgentProcess start(
      List<String> command, Map<String, String> environment, Path log, Path socket)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    long startedAt = System.nanoTime();
    return new AgentProcess(builder.start(), socket, startedAt);
  }

  /** Waits for the first answer of 200 to the target; how long after the start it came. */
  Duration firstGood(String target) {
    long end = startedAt + START.toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      if (Files.exists(socket) && statusOf(target) == 200) {
        return Duration.ofNanos(System.nanoTime() - startedAt);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    throw new IllegalStateException("no good answer to " + target + "; see agent.log");
  }

  /** Asks for a decision over a connection of its own; the status. */
  int decide(String image) {
    return statusOf(decision(image));
  }

  /** What a decision about an image is asked with. */
  static String decision(String image) {
    return "/v1/decide?image=" + URLEncoder.encode(image, StandardCharsets.UTF_8);
  }

  /** Asks over a connection of its own; the status, 0 when there is no answer. */
  int statusOf(String target) {
    try {
      return answerTo(target).status();
    } catch (RuntimeException _) {
      return 0;
    }
  }

  /** Asks over a connection of its own. */
  UnixHttpClient.Response answerTo(String target) {
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      return client.get(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the agent check everything anew. */
  void forget() {
    try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
      client.post("/v1/forget", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Memory memory() throws IOException {
    List<String> lines = Files.readAllLines(proc("smaps_rollup"));
    return new Memory(
        kilobytes(lines, "Rss:"), kilobytes(lines, "Pss:"), kilobytes(lines, "Anonymous:"));
  }

  private static long kilobytes(List<String> lines, String name) {
    String line = lines.stream().filter(one -> one.startsWith(name)).findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("[^0-9]", ""));
  }

  /** CPU time since the start. */
  Duration cpu() {
    return clock.time();
  }

  /** Runs a command of the packed program to its end. */
  static void run(List<String> javaOptions, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(TREE.resolve("bin/kernelgate").toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("KERNELGATE_JAVA_OPTIONS", String.join(" ", javaOptions));
    builder.start().waitFor();
  }

  /** Bytes of every file of the installation. */
  static long installedBytes() throws IOException {
    try (Stream<Path> files = Files.walk(TREE)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /** The same when gzip has been over it, as in a tar.gz or the layers of an image. */
  static long compressedBytes() throws IOException {
    LongAdder written = new LongAdder();
    OutputStream counter =
        new OutputStream() {
          @Override
          public void write(int one) {
            written.increment();
          }

          @Override
          public void write(byte[] bytes, int from, int length) {
            written.add(length);
          }
        };
    try (Stream<Path> files = Files.walk(TREE);
        OutputStream gzip = new GZIPOutputStream(counter)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        Files.copy(file, gzip);
      }
    }
    return written.sum();
  }

  @Override
  public void close() {
    process.destroy();
    Eventually.holds("the agent ends", () -> !process.isAlive());
  }

  private Path proc(String file) {
    return Path.of("/proc", Long.toString(process.pid()), file);
  }
}
