// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kernelgate.testing.UnixHttpClient;
import dev.kernelgate.testing.UnixHttpClient.Response;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Crowds of peers that mean harm: memory stays bounded, and others are answered meanwhile. */
@Timeout(60)
final class HostilePeersTest {

  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final int MEBIBYTE = 1024 * 1024;
  private static final Pattern OPEN_FILES = Pattern.compile("Max open files +(\\d+)");

  @TempDir private Path directory;
  private final List<UnixHttpClient> crowd = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (UnixHttpClient peer : crowd) {
      peer.close();
    }
  }

  private UnixHttpClient join(TestServer server) throws IOException {
    UnixHttpClient peer = server.connect();
    crowd.add(peer);
    return peer;
  }

  @Test
  void tenThousandIdleConnectionsLockNobodyOut() throws IOException {
    assumeTrue(openFiles() > 12_000, "this needs 12,000 open files: ulimit -n");
    try (TestServer server = TestServer.open(directory, LONG, LONG)) {
      long before = heapInUse();
      for (int i = 0; i < 10_000; i++) {
        join(server);
      }
      assertAnswersOthers(server);
      assertThat(server.openConnections()).isLessThanOrEqualTo(1024);
      assertThat(heapInUse() - before).as("both sides of it").isLessThan(40L * MEBIBYTE);
      assertBuffersAreBounded();
    }
  }

  @Test
  void halfRequestsAreHeldWithinBoundsAndEndInTime() throws IOException {
    try (TestServer server = TestServer.open(directory, SHORT, LONG)) {
      String half =
          "POST /v1/decide HTTP/1.1\r\nContent-Length: 16000\r\n\r\n" + " ".repeat(15_000);
      for (int i = 0; i < 500; i++) {
        join(server).send(half);
      }
      assertAnswersOthers(server);
      assertBuffersAreBounded();
      assertThat(crowd.getFirst().read().status()).isEqualTo(408);
      assertThat(crowd.getLast().read().status()).isEqualTo(408);
      assertThat(crowd.getLast().endsSilently()).isTrue();
    }
  }

  /** Each byte comes before any time-out between bytes: the time of the whole request counts. */
  @Test
  void aRequestThatTricklesInEndsInTime() throws Exception {
    try (TestServer server = TestServer.open(directory, SHORT, LONG)) {
      UnixHttpClient loris = join(server);
      loris.send("POST /v1/decide HTTP/1.1\r\nContent-Length: 16000\r\n\r\n");
      Thread trickle = Thread.ofPlatform().start(() -> trickle(loris));
      assertThat(loris.read().status()).isEqualTo(408);
      trickle.join();
      assertAnswersOthers(server);
    }
  }

  @Test
  void peersThatDoNotReadTheirAnswersFillTheirOwnBuffersOnly() throws IOException {
    try (TestServer server = TestServer.open(directory, LONG, LONG)) {
      String requests = "GET /v1/decide?image=known HTTP/1.1\r\n\r\n".repeat(2_000);
      for (int i = 0; i < 50; i++) {
        UnixHttpClient peer = join(server);
        Thread _ = Thread.ofVirtual().start(() -> sendUntilItEnds(peer, requests));
      }
      assertAnswersOthers(server);
      assertBuffersAreBounded();
    }
  }

  @Test
  void peersThatWaitForChecksThatNeverEndLeaveRoomForOthers() throws IOException {
    try (TestServer server = TestServer.open(directory, LONG, LONG)) {
      for (int i = 0; i < 1000; i++) {
        join(server).send("GET /v1/decide?image=hanging HTTP/1.1\r\n\r\n");
      }
      // This user has all its places; what is remembered, and looking, needs none.
      try (UnixHttpClient client = server.connect()) {
        assertThat(client.get("/v1/decide?image=known").status()).isEqualTo(403);
        Response refused = client.get("/v1/decide?image=trusted");
        assertThat(refused.headers()).containsEntry("kernelgate-reason", "Overloaded");
        assertThat(client.get("/healthz").status()).isEqualTo(200);
      }
      server.gate.letGo.countDown();
      for (UnixHttpClient peer : crowd) {
        assertThat(peer.read().status()).isEqualTo(503);
      }
    }
  }

  private static void assertAnswersOthers(TestServer server) throws IOException {
    for (int i = 0; i < 20; i++) {
      try (UnixHttpClient client = server.connect()) {
        assertThat(client.get("/v1/decide?image=trusted").status()).isEqualTo(200);
      }
    }
  }

  private static void assertBuffersAreBounded() {
    long direct =
        ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
    assertThat(direct).isLessThan(32L * MEBIBYTE);
  }

  private static long heapInUse() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static void trickle(UnixHttpClient peer) {
    try {
      for (int sent = 0; sent < 15_000; sent++) {
        peer.send(" ");
        long until = System.nanoTime() + 1_000_000;
        while (System.nanoTime() < until) {
          Thread.onSpinWait();
        }
      }
    } catch (UncheckedIOException _) {
      // The server has ended the connection.
    }
  }

  private static void sendUntilItEnds(UnixHttpClient peer, String requests) {
    try {
      while (true) {
        peer.send(requests);
      }
    } catch (UncheckedIOException _) {
      // The test is over.
    }
  }

  private static int openFiles() throws IOException {
    Matcher limit = OPEN_FILES.matcher(Files.readString(Path.of("/proc/self/limits")));
    return limit.find() ? Integer.parseInt(limit.group(1)) : Integer.MAX_VALUE;
  }
}
