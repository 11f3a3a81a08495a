// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.config.ConfigFile;
import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.FakeApiServer;
import dev.kernelgate.testing.FakeRole;
import dev.kernelgate.testing.SampleNode;
import dev.kernelgate.testing.TestPod;
import dev.kernelgate.testing.UnixHttpClient;
import dev.kernelgate.verification.NodeCondition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole agent as a member of a cluster: pods go in, conditions come out. */
@Timeout(60)
final class ClusterMemberTest {

  private static final String NODE = "node-1";

  @TempDir private Path directory;

  private final FakeApiServer server = FakeApiServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void tellsWhetherTheKernelsOfTheNodesPodsAreTrusted() throws Exception {
    server.putPod(pod("good", "ghcr.io/edera-dev/zone-kernel:6.15.6"));
    try (Agent _ = start()) {
      Eventually.holds("one trusted pod is told", () -> isTold("True", "1 of 1 pods"));
      assertThat(server.condition(NODE, NodeCondition.GATE).orElseThrow().text("status"))
          .isEqualTo("True");
      server.putPod(pod("bad", "registry.example/somebody/kernel:1"));
      Eventually.holds(
          "the rejected pod is told",
          () -> isTold("False", "not: default/bad (NoPolicy, registry.example/"));
      Eventually.holds(
          "there is an event about each",
          () ->
              server.events().stream()
                  .filter(event -> event.text("regarding/kind").equals("Pod"))
                  .map(event -> event.text("reason"))
                  .toList()
                  .equals(List.of("KernelVerified", "KernelRejected")));
      server.deletePod("default", "bad");
      Eventually.holds("nothing is left of it", () -> isTold("True", "1 of 1 pods"));
    }
    assertThat(isTold("Unknown", "kernelgate has stopped")).isTrue();
  }

  @Test
  void needsEveryRightThatTheManifestsGrantAndNoOther() throws Exception {
    TestPod bad = pod("bad", "registry.example/somebody/kernel:1");
    server.putPod(bad);
    try (Agent _ = start()) {
      Eventually.holds("the rejected pod is told", () -> isTold("False", "default/bad"));
      Eventually.holds("a watch is open", () -> server.openWatches() == 1);
      server.deletePod("default", "bad");
      Eventually.holds("nothing is left of it", () -> isTold("True", "0 of 0 pods"));
      server.putPod(bad);
      Eventually.holds(
          "its event is a series",
          () -> server.usedRights().contains("patch events.events.k8s.io"));
    }
    assertThat(server.usedRights()).isEqualTo(FakeRole.base().rights());
    assertThat(server.seen()).noneMatch(request -> request.status() == 403);
  }

  @Test
  void podsThatEndGoOrAreMadeAnewLeaveNothingStale() throws Exception {
    String bad = "registry.example/somebody/kernel:1";
    server.putPod(pod("ends", bad));
    server.putPod(pod("goes", bad));
    server.putPod(pod("anew", bad));
    try (Agent _ = start();
        UnixHttpClient client = UnixHttpClient.connect(new SampleNode(directory).socket())) {
      Eventually.holds("all are rejected", () -> isTold("False", "0 of 3 pods"));
      Eventually.holds("a watch is open", () -> server.openWatches() == 1);
      server.putPod(pod("ends", bad).withPhase("Succeeded"));
      server.deletePod("default", "goes");
      server.deletePod("default", "anew");
      server.putPod(pod("anew", "ghcr.io/edera-dev/zone-kernel:6.15.6").withUid("another"));
      Eventually.holds("one is left", () -> isTold("True", "1 of 1 pods"));

      assertThat(client.get("/v1/pods").body())
          .contains("\"uid\":\"another\"")
          .doesNotContain("ends", "goes", "uid-anew");
      assertThat(client.get("/metrics").body())
          .contains("kernelgate_pods{verdict=\"rejected\"} 0.0")
          .contains("kernelgate_pods{verdict=\"trusted\"} 1.0");
    }
  }

  @Test
  void saysThatZonesStartWithoutAnybodyAsking() throws Exception {
    server.putPod(
        pod("good", "ghcr.io/edera-dev/zone-kernel:6.15.6").startedAt("2999-01-01T00:00:00Z"));
    try (Agent _ = start()) {
      Eventually.holds(
          "the gate is bypassed",
          () ->
              server
                  .condition(NODE, NodeCondition.GATE)
                  .filter(gate -> gate.text("reason").equals("GateNotConsulted"))
                  .filter(gate -> gate.text("status").equals("False"))
                  .isPresent());
    }
  }

  @Test
  void startsAndTellsLaterWhenTheApiServerIsAway() throws Exception {
    server.fail(503);
    server.putPod(pod("good", "ghcr.io/edera-dev/zone-kernel:6.15.6"));
    try (Agent _ = start()) {
      Eventually.holds("it was asked", () -> !server.seen().isEmpty());
      server.recover();
      Eventually.holds("the pod is told", () -> isTold("True", "1 of 1 pods"));
    }
  }

  @Test
  void doesNotStartWithoutKnowingItsNode() throws Exception {
    AgentConfig config = config();
    assertThatThrownBy(
            () -> Agent.start(config, Architecture.AMD64, TestAgent.surroundings(Map.of())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("set NODE_NAME or kubernetes.nodeName");
  }

  private boolean isTold(String status, String message) {
    return server
        .condition(NODE, NodeCondition.KERNELS_VERIFIED)
        .filter(condition -> condition.text("status").equals(status))
        .filter(condition -> condition.text("message").contains(message))
        .isPresent();
  }

  private Agent start() throws Exception {
    return Agent.start(
        config(), Architecture.AMD64, TestAgent.surroundings(Map.of("NODE_NAME", NODE)));
  }

  private AgentConfig config() throws Exception {
    SampleNode node = SampleNode.copiedTo(directory);
    node.join(server);
    return ConfigFile.load(node.config());
  }

  private static TestPod pod(String name, String kernel) {
    return TestPod.named(NODE, name).with("dev.edera/kernel", kernel);
  }
}
