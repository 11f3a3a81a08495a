// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.kernelgate.testing.FakeApiServer;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.JsonTree;
import dev.kernelgate.verification.NodeCondition;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the API server is told about the node, by a clock that the test moves. */
@Timeout(60)
final class NodeConditionsTest {

  private static final String NODE = "node-1";
  private static final String KERNELS = NodeCondition.KERNELS_VERIFIED;
  private static final String START = "2026-11-22T13:30:00Z";

  @TempDir private Path account;

  private final FakeApiServer server = FakeApiServer.start();
  private final FakeTime time = FakeTime.afterFixtures();
  private List<NodeCondition> current = List.of(kernels("True", "1 of 1"), gate());
  private Cluster cluster;
  private ClusterEvents events;
  private NodeConditions conditions;

  @BeforeEach
  void connect() throws Exception {
    Files.writeString(account.resolve("token"), "token");
    cluster = Cluster.of(NODE, new ClusterAccess.ServiceAccount(URI.create(server.url()), account));
    events = new ClusterEvents(cluster, time);
    conditions = new NodeConditions(cluster, () -> current, events, time, new Random(1));
  }

  @AfterEach
  void close() {
    cluster.close();
    server.close();
  }

  @Test
  void tellsBothConditionsInOneStrategicMergeOfTheStatus() throws Exception {
    conditions.step();
    assertThat(server.seen())
        .extracting(FakeApiServer.Seen::method, FakeApiServer.Seen::path)
        .containsExactly(tuple("PATCH", "/api/v1/nodes/node-1/status"));
    assertThat(told(KERNELS))
        .hasToString(
            "{\"type\":\"ZoneKernelsVerified\",\"status\":\"True\",\"reason\":\"Because\","
                + "\"message\":\"1 of 1\",\"lastHeartbeatTime\":\"2026-11-22T13:30:00Z\","
                + "\"lastTransitionTime\":\"2026-11-22T13:30:00Z\"}");
    assertThat(told(NodeCondition.GATE).text("status")).isEqualTo("True");
  }

  @Test
  void saysNothingTwice() throws Exception {
    conditions.step();
    time.advance(Duration.ofMinutes(4));
    conditions.step();
    assertThat(server.count("PATCH")).isEqualTo(1);
  }

  @Test
  void tellsChangesOnceASecondAtMost() throws Exception {
    for (int change = 0; change < 30; change++) {
      current = List.of(kernels("True", change + " of 30"), gate());
      conditions.step();
      time.advance(Duration.ofMillis(100));
    }
    assertThat(server.count("PATCH")).isEqualTo(3);
    time.advance(Duration.ofSeconds(1));
    conditions.step();
    assertThat(told(KERNELS).text("message")).isEqualTo("29 of 30");
  }

  @Test
  void onlyAnotherStatusIsATransition() throws Exception {
    conditions.step();
    time.advance(Duration.ofSeconds(10));
    current = List.of(kernels("True", "2 of 2"), gate());
    conditions.step();
    assertThat(told(KERNELS).text("lastTransitionTime")).isEqualTo(START);
    assertThat(told(KERNELS).text("lastHeartbeatTime")).isEqualTo("2026-11-22T13:30:10Z");
    time.advance(Duration.ofSeconds(10));
    current = List.of(kernels("False", "1 of 2"), gate());
    conditions.step();
    assertThat(told(KERNELS).text("lastTransitionTime")).isEqualTo("2026-11-22T13:30:20Z");
    assertThat(told(NodeCondition.GATE).text("lastTransitionTime")).isEqualTo(START);
  }

  @Test
  void anotherStatusIsAnEventOfTheNodeAndAnotherMessageIsNot() throws Exception {
    conditions.step();
    time.advance(Duration.ofSeconds(1));
    current = List.of(kernels("True", "2 of 2"), gate());
    conditions.step();
    time.advance(Duration.ofSeconds(1));
    current = List.of(kernels("False", "1 of 2"), gate());
    conditions.step();
    events.step();
    assertThat(server.events())
        .extracting(event -> event.text("regarding/name") + ": " + event.text("note"))
        .containsExactly("node-1: ZoneKernelsVerified is False: 1 of 2");
  }

  @Test
  void beatsEveryFiveMinutesMoreOrLess() throws Exception {
    conditions.step();
    time.advance(Duration.ofSeconds(269));
    conditions.step();
    assertThat(server.count("PATCH")).isEqualTo(1);
    time.advance(Duration.ofSeconds(62));
    conditions.step();
    assertThat(server.count("PATCH")).isEqualTo(2);
    assertThat(told(KERNELS).text("lastTransitionTime")).isEqualTo(START);
  }

  @Test
  void triesAgainAWhileAfterAFailure() throws Exception {
    server.fail(503);
    conditions.step();
    server.recover();
    time.advance(Duration.ofSeconds(9));
    conditions.step();
    assertThat(server.condition(NODE, KERNELS)).isEmpty();
    time.advance(Duration.ofSeconds(1));
    conditions.step();
    assertThat(told(KERNELS).text("lastTransitionTime")).isEqualTo("2026-11-22T13:30:10Z");
  }

  @Test
  void aClockThatIsSetBackSilencesNothing() throws Exception {
    conditions.step();
    time.setBack(Duration.ofHours(5));
    time.advance(Duration.ofSeconds(1));
    current = List.of(kernels("False", "0 of 1"), gate());
    conditions.step();
    assertThat(told(KERNELS).text("status")).isEqualTo("False");
    time.advance(Duration.ofMinutes(6));
    conditions.step();
    assertThat(server.count("PATCH")).as("the heartbeat goes on").isEqualTo(3);
  }

  @Test
  void saysUnknownOnItsWayOut() throws Exception {
    conditions.step();
    time.advance(Duration.ofMinutes(1));
    conditions.close();
    assertThat(told(KERNELS).text("status")).isEqualTo("Unknown");
    assertThat(told(KERNELS).text("reason")).isEqualTo("AgentStopped");
    assertThat(told(NodeCondition.GATE).text("status")).isEqualTo("Unknown");
  }

  private JsonTree told(String type) {
    return server.condition(NODE, type).orElseThrow();
  }

  private static NodeCondition kernels(String status, String message) {
    return new NodeCondition(KERNELS, status, "Because", message);
  }

  private static NodeCondition gate() {
    return new NodeCondition(NodeCondition.GATE, "True", "Answering", "");
  }
}
