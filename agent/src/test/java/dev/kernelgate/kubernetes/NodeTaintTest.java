// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.testing.FakeApiServer;
import dev.kernelgate.testing.FakeRole;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.verification.NodeCondition;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When the node gets its taint and loses it, and that nothing else of the node changes. */
@Timeout(60)
final class NodeTaintTest {

  private static final String NODE = "node-1";
  private static final String OURS = TaintPatch.KEY + ":NoSchedule";
  private static final TaintSettings SETTINGS =
      new TaintSettings("NoSchedule", Duration.ofSeconds(30), Duration.ofMinutes(5));

  @TempDir private Path account;

  private final FakeRole role = FakeRole.base().and("overlays/taint/rights.yaml");
  private final FakeApiServer server = FakeApiServer.granting(role);
  private final FakeTime time = FakeTime.afterFixtures();
  private String status = "True";
  private Cluster cluster;
  private NodeTaint taint;

  @BeforeEach
  void connect() throws Exception {
    Files.writeString(account.resolve("token"), "token");
    cluster = Cluster.of(NODE, new ClusterAccess.ServiceAccount(URI.create(server.url()), account));
    server.putNode(NODE);
    taint = taintOf(SETTINGS);
  }

  @AfterEach
  void close() {
    cluster.close();
    server.close();
  }

  @Test
  void setsTheTaintOnlyWhenTheConditionHasBeenFalseForLong() throws Exception {
    pass("False", Duration.ofSeconds(29));
    pass("True", Duration.ofSeconds(1));
    pass("False", Duration.ofSeconds(29));
    assertThat(server.taints(NODE)).isEmpty();
    assertThat(server.seen()).isEmpty();
    pass("False", Duration.ofSeconds(2));
    assertThat(server.taints(NODE)).containsExactly(OURS);
  }

  @Test
  void removesItOnlyWhenTheConditionHasBeenTrueForLong() throws Exception {
    pass("False", Duration.ofSeconds(31));
    pass("True", Duration.ofSeconds(299));
    pass("Unknown", Duration.ofHours(1));
    pass("True", Duration.ofSeconds(299));
    assertThat(server.taints(NODE)).containsExactly(OURS);
    pass("True", Duration.ofSeconds(2));
    assertThat(server.taints(NODE)).isEmpty();
  }

  @Test
  void leavesTheTaintsOfOthersAlone() throws Exception {
    server.taint(NODE, "example.org/gpu", "NoSchedule");
    server.taint(NODE, "node.kubernetes.io/unreachable", "NoExecute");
    pass("False", Duration.ofSeconds(31));
    server.taint(NODE, "example.org/late", "NoExecute");
    pass("True", Duration.ofSeconds(301));
    assertThat(server.taints(NODE))
        .containsExactly(
            "example.org/gpu:NoSchedule",
            "node.kubernetes.io/unreachable:NoExecute",
            "example.org/late:NoExecute");
  }

  @Test
  void triesAgainWhenTheNodeWasChangedMeanwhile() throws Exception {
    server.beforeNextPatch(() -> server.taint(NODE, "example.org/quick", "NoSchedule"));
    pass("False", Duration.ofSeconds(31));
    assertThat(server.taints(NODE)).containsExactly("example.org/quick:NoSchedule");
    pass("False", NodeTaint.RETRY.plusSeconds(1));
    assertThat(server.taints(NODE)).containsExactly("example.org/quick:NoSchedule", OURS);
  }

  @Test
  void removesTheTaintThatAnEarlierAgentLeft() throws Exception {
    server.taint(NODE, TaintPatch.KEY, "NoExecute");
    pass("True", Duration.ofSeconds(301));
    assertThat(server.taints(NODE)).isEmpty();
  }

  @Test
  void putsTheConfiguredEffectInPlaceOfAnother() throws Exception {
    server.taint(NODE, TaintPatch.KEY, "NoExecute");
    pass("False", Duration.ofSeconds(31));
    assertThat(server.taints(NODE)).containsExactly(OURS);
  }

  @Test
  void setsTheTaintAgainThatSomebodyRemoved() throws Exception {
    pass("False", Duration.ofSeconds(31));
    server.putNode(NODE);
    pass("False", NodeTaint.LOOK_AFTER);
    assertThat(server.taints(NODE)).containsExactly(OURS);
  }

  @Test
  void waitsForAnApiServerThatIsAway() throws Exception {
    server.fail(503);
    pass("False", Duration.ofSeconds(35));
    assertThat(server.count("GET")).isBetween(1L, 2L);
    server.recover();
    pass("False", NodeTaint.RETRY);
    assertThat(server.taints(NODE)).containsExactly(OURS);
    assertThat(server.usedRights()).containsExactlyInAnyOrder("get nodes", "patch nodes");
  }

  @Test
  void goesOnByAClockThatWasSetBack() throws Exception {
    pass("False", Duration.ofSeconds(10));
    time.setBack(Duration.ofHours(5));
    pass("False", Duration.ofSeconds(31));
    assertThat(server.taints(NODE)).containsExactly(OURS);
  }

  @Test
  void triesAgainThoughTheClockWasSetBackAfterAFailure() throws Exception {
    server.fail(503);
    pass("False", Duration.ofSeconds(32));
    server.recover();
    time.setBack(Duration.ofHours(5));
    pass("False", Duration.ofSeconds(31));
    assertThat(server.taints(NODE)).containsExactly(OURS);
  }

  /** Lets time pass, a second at a time, with a condition. */
  private void pass(String newStatus, Duration duration) throws Exception {
    status = newStatus;
    for (long second = 0; second < duration.toSeconds(); second++) {
      taint.step();
      time.advance(Duration.ofSeconds(1));
    }
  }

  private NodeTaint taintOf(TaintSettings settings) {
    return new NodeTaint(
        cluster,
        settings,
        () -> new NodeCondition(NodeCondition.KERNELS_VERIFIED, status, "Because", ""),
        time);
  }
}
