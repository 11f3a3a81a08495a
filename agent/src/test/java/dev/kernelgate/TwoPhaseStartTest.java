// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.config.ConfigFile;
import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.testing.DatagramReceiver;
import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.SampleNode;
import dev.kernelgate.testing.UnixHttpClient;
import dev.kernelgate.verification.SignatureVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole agent on the sample node, with a verifier that is there when the test says so. */
@Timeout(60)
final class TwoPhaseStartTest {

  private static final String QUESTION = "/v1/decide?image=ghcr.io/edera-dev/zone-kernel:6.15.6";

  @TempDir private Path directory;
  private final CountDownLatch verifierIsThere = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private SampleNode node = new SampleNode(Path.of("none"));

  @BeforeEach
  void copySampleNode() throws IOException {
    node = SampleNode.copiedTo(directory.resolve("node"));
  }

  @AfterEach
  void close() {
    threads.close();
  }

  @Test
  void answersHealthWhileItsVerifierIsBeingMade() throws Exception {
    Future<Agent> starting = threads.submit(() -> start());
    try (UnixHttpClient client = connect()) {
      assertThat(client.get("/healthz").status()).isEqualTo(200);
      assertThat(client.get("/readyz").status()).isEqualTo(503);
      assertThat(client.get("/v1/status").body())
          .contains("\"ready\":false", "\"reason\":\"Starting\"");
      verifierIsThere.countDown();
      try (Agent _ = starting.get()) {
        assertThat(client.get("/readyz").status()).isEqualTo(200);
        assertThat(client.get("/v1/status").body())
            .contains("\"ready\":true")
            .doesNotContain("\"reason\":\"Starting\"");
      }
    }
  }

  @Test
  void aQuestionThatComesBeforeItsVerifierWaitsForItAndIsAnsweredRightly() throws Exception {
    Future<Agent> starting = threads.submit(() -> start());
    try (UnixHttpClient patient = connect();
        UnixHttpClient hasty = connect()) {
      patient.send("GET " + QUESTION + " HTTP/1.1\r\nHost: kernelgate\r\n\r\n");
      UnixHttpClient.Response tooSoon = hasty.get(QUESTION + "&deadlineMillis=50");
      assertThat(tooSoon.status()).isEqualTo(503);
      assertThat(tooSoon.headers()).containsEntry("kernelgate-reason", "DeadlineExceeded");
      verifierIsThere.countDown();
      UnixHttpClient.Response trusted = patient.read();
      assertThat(trusted.status()).isEqualTo(200);
      assertThat(trusted.headers()).containsEntry("kernelgate-reason", "SignedIndex");
      UnixHttpClient.Response rejected = hasty.get(QUESTION + "-branch-build");
      assertThat(rejected.headers()).containsEntry("kernelgate-reason", "IdentityMismatch");
      starting.get().close();
    }
  }

  @Test
  void aVerifierThatCannotBeMadeTrustsNothing() throws Exception {
    Future<Agent> starting =
        threads.submit(
            () ->
                start(
                    ComingVerifier.madeBy(
                        () -> {
                          throw new IllegalStateException("broken");
                        },
                        "none",
                        threads)));
    try (Agent _ = starting.get();
        UnixHttpClient client = connect()) {
      assertThat(client.get("/readyz").status()).isEqualTo(503);
      assertThat(client.get(QUESTION).headers()).containsEntry("kernelgate-boot", "false");
    }
  }

  @Test
  void theServiceManagerIsToldOfAReadyAgentOnly() throws Exception {
    try (DatagramReceiver systemd = DatagramReceiver.at(notifySocket())) {
      Future<Agent> starting = threads.submit(() -> start());
      connect().close();
      assertThat(starting.isDone()).isFalse();
      verifierIsThere.countDown();
      try (Agent _ = starting.get()) {
        assertThat(systemd.receiveText()).startsWith("STATUS=").doesNotContain("Starting");
      }
    }
  }

  private UnixHttpClient connect() throws IOException {
    Eventually.holds("there is a socket", () -> Files.exists(node.socket()));
    return UnixHttpClient.connect(node.socket());
  }

  private Agent start() throws Exception {
    AgentConfig config = ConfigFile.load(node.config());
    return start(
        ComingVerifier.madeBy(
            () -> whenItMay(TrustRoots.verifier(config.trustRoots())), "sample", threads));
  }

  private Agent start(ComingVerifier signatures) throws Exception {
    Surroundings surroundings = TestAgent.surroundings(Map.of("NOTIFY_SOCKET", notifySocket()));
    return Agent.start(
        new Setting(ConfigFile.load(node.config()), Architecture.AMD64, surroundings), signatures);
  }

  private SignatureVerifier whenItMay(SignatureVerifier verifier) {
    try {
      verifierIsThere.await();
      return verifier;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String notifySocket() {
    return directory.resolve("notify").toString();
  }
}
