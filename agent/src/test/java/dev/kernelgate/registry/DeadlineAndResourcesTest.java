// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static dev.kernelgate.registry.Sources.image;
import static dev.kernelgate.registry.Sources.problemOf;
import static dev.kernelgate.registry.Sources.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.oci.Repository;
import dev.kernelgate.testing.Fault;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.verdict.ProblemException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeadlineAndResourcesTest {

  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration SLACK = Duration.ofSeconds(3);

  private final TestRegistry registry = Sources.registryWithImage();
  private final RegistryImageSource source = Sources.plainHttp(registry);

  @AfterEach
  void close() {
    source.close();
    registry.close();
  }

  record Case(String name, Fault fault) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> slowAnswers() {
    return Stream.of(
        new Case("no answer", Fault.hang()),
        new Case("a body that never ends", Fault.drip(TestRegistry.INDEX)),
        new Case("a token service that never answers", challengeTo("/slow")));
  }

  private static Fault challengeTo(String path) {
    return (exchange, closed) -> {
      if (exchange.getRequestURI().getPath().equals(path)) {
        closed.await();
      }
      String realm = "http://" + exchange.getRequestHeaders().getFirst("Host") + path;
      Fault.answer(401, Map.of("WWW-Authenticate", "Bearer realm=\"" + realm + "\""), "")
          .answer(exchange, closed);
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("slowAnswers")
  void endsWithTheDeadline(Case slow) {
    registry.misbehaveEverywhere(slow.fault());
    long start = System.nanoTime();

    ProblemException problem =
        problemOf(() -> source.manifest(image(registry), "6.1", within(SHORT)));

    assertThat(problem).hasMessageContaining("DeadlineExceeded");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SHORT.plus(SLACK));
  }

  @Test
  void asksNothingWhenTheDeadlineIsOver() {
    assertThat(problemOf(() -> source.manifest(image(registry), "6.1", within(Duration.ZERO))))
        .hasMessageContaining("DeadlineExceeded");
    assertThat(registry.requests()).isEmpty();
  }

  @Test
  void saysWhenNothingListens() throws IOException {
    String host;
    try (ServerSocket free = new ServerSocket(0)) {
      host = "127.0.0.1:" + free.getLocalPort();
    }
    try (RegistryImageSource nowhere =
        Sources.of(List.of(RegistrySettings.plainHttp(host)), DockerConfig.none())) {
      assertThat(problemOf(() -> nowhere.manifest(new Repository(host, "a/b"), "1", within(SLACK))))
          .hasMessageContaining("RegistryUnreachable")
          .hasMessageContaining("refused");
    }
  }

  @Test
  void saysWhenAnswersAreNotHttp() throws Exception {
    try (ServerSocket raw = new ServerSocket(0);
        RegistryImageSource client =
            Sources.of(
                List.of(RegistrySettings.plainHttp("127.0.0.1:" + raw.getLocalPort())),
                DockerConfig.none())) {
      Thread server =
          Thread.startVirtualThread(
              () -> {
                try (var connection = raw.accept()) {
                  connection
                      .getOutputStream()
                      .write("SSH-2.0-OpenSSH_9.2\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                  connection.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException _) {
                  // The client hung up.
                }
              });

      assertThat(
              problemOf(
                  () ->
                      client.manifest(
                          new Repository("127.0.0.1:" + raw.getLocalPort(), "a/b"),
                          "1",
                          within(SLACK))))
          .hasMessageContaining("RegistryMisbehaved");
      server.interrupt();
    }
  }

  @Test
  void closingEndsCallsInFlight() throws Exception {
    registry.misbehaveEverywhere(Fault.hang());
    var call =
        new FutureTask<>(
            () ->
                problemOf(
                    () -> source.manifest(image(registry), "6.1", within(Duration.ofMinutes(1)))));
    Thread.startVirtualThread(call);
    while (registry.requests().isEmpty()) {
      Thread.onSpinWait();
    }

    source.close();

    assertThat(call.get()).hasMessageContaining("RegistryUnreachable");
  }

  @Test
  void asksNothingOnceItIsClosed() {
    source.close();

    assertThat(problemOf(() -> source.manifest(image(registry), "6.1", Sources.enough())))
        .hasMessageContaining("RegistryUnreachable");
    assertThat(registry.requests()).isEmpty();
  }

  @Test
  void twoThousandRequestsLeaveNoDescriptorsAndNoThreadsBehind() throws Exception {
    fetch(20);
    long descriptors = openDescriptors();
    int threads = Thread.activeCount();

    fetch(2000);

    assertThat(openDescriptors()).isLessThan(descriptors + 50);
    assertThat(Thread.activeCount()).isLessThan(threads + 50);
  }

  @Test
  void abandonedAnswersLeaveNoDescriptorsBehind() throws Exception {
    registry.misbehaveEverywhere(Fault.stream(TestRegistry.INDEX, 8L << 20));
    refuse(5);
    long descriptors = openDescriptors();

    refuse(100);

    assertThat(openDescriptors()).isLessThan(descriptors + 50);
  }

  private void fetch(int times) throws ProblemException {
    for (int i = 0; i < times; i++) {
      assertThat(source.manifest(image(registry), "6.1", Sources.enough())).isPresent();
    }
  }

  private void refuse(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(problemOf(() -> source.manifest(image(registry), "6.1", Sources.enough())))
          .hasMessageContaining("LimitExceeded");
    }
  }

  private static long openDescriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }
}
