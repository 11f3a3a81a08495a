// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.testing.FakeApiServer;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.JsonTree;
import dev.kernelgate.testing.TestDecision;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.NodeCondition;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Events about pods and the node, by a clock that the test moves; the server refuses what is not
 * valid.
 */
@Timeout(60)
final class ClusterEventsTest {

  private static final PodIdentity WEB = new PodIdentity("uid-web", "default", "web");

  @TempDir private Path account;

  private final FakeApiServer server = FakeApiServer.start();
  private final FakeTime time = FakeTime.afterFixtures();
  private Cluster cluster;
  private ClusterEvents events;

  @BeforeEach
  void connect() throws Exception {
    Files.writeString(account.resolve("token"), "token");
    cluster =
        Cluster.of("node-1", new ClusterAccess.ServiceAccount(URI.create(server.url()), account));
    events = new ClusterEvents(cluster, time);
  }

  @AfterEach
  void close() {
    cluster.close();
    server.close();
  }

  @Test
  void tellsReasonAndRemedyOfARejectedKernel() throws Exception {
    tell(WEB, Reason.NO_SIGNATURE, "nothing there");
    JsonTree event = server.events().getFirst();
    assertThat(event.text("reason")).isEqualTo("KernelRejected");
    assertThat(event.text("type")).isEqualTo("Warning");
    assertThat(event.text("regarding/uid")).isEqualTo("uid-web");
    assertThat(event.text("metadata/name")).matches("web\\.[0-9a-f]{16}");
    assertThat(event.text("eventTime")).isEqualTo("2026-11-22T13:30:00.000000Z");
    assertThat(event.text("note"))
        .startsWith("NoSignature: ")
        .contains("nothing there")
        .endsWith(Reason.NO_SIGNATURE.remedy());
  }

  @Test
  void eachOutcomeHasItsReason() throws Exception {
    tell(WEB, Reason.SIGNED_INDEX, "");
    tell(WEB, Reason.DENIED_DIGEST, "");
    tell(WEB, Reason.REGISTRY_UNREACHABLE, "");
    assertThat(server.events())
        .extracting(event -> event.text("type") + " " + event.text("reason"))
        .containsExactly(
            "Normal KernelVerified", "Warning KernelRejected", "Warning KernelUndetermined");
  }

  @Test
  void boundsTheNoteAndTheNameAndKeepsTheRemedy() throws Exception {
    PodIdentity longest = new PodIdentity("uid", "default", "a".repeat(56) + "." + "b".repeat(196));
    tell(longest, Reason.NO_SIGNATURE, "x".repeat(5000));
    JsonTree event = server.events().getFirst();
    assertThat(event.text("note")).hasSize(1024).endsWith(Reason.NO_SIGNATURE.remedy());
    assertThat(event.text("metadata/name"))
        .startsWith("a".repeat(56) + "." + "b".repeat(179) + ".")
        .hasSizeLessThanOrEqualTo(253);
  }

  @Test
  void makesASeriesOfEventsThatAreTheSame() throws Exception {
    for (int i = 0; i < 5; i++) {
      tell(WEB, Reason.REGISTRY_THROTTLED, "");
      time.advance(Duration.ofMinutes(1));
    }
    assertThat(server.events()).hasSize(1);
    assertThat(server.events().getFirst().text("series/count")).isEqualTo("2");
    assertThat(server.count("PATCH")).isEqualTo(1);

    time.advance(EventSeries.END);
    events.step();
    assertThat(server.events().getFirst().text("series/count")).isEqualTo("5");
    assertThat(server.events().getFirst().text("series/lastObservedTime"))
        .isEqualTo("2026-11-22T13:34:00.000000Z");
    tell(WEB, Reason.REGISTRY_THROTTLED, "");
    assertThat(server.events()).hasSize(2);
  }

  @Test
  void tellsALongSeriesNowAndThen() throws Exception {
    for (int minute = 0; minute <= 60; minute++) {
      tell(WEB, Reason.REGISTRY_THROTTLED, "");
      time.advance(Duration.ofMinutes(1));
    }
    assertThat(server.count("POST")).isEqualTo(1);
    assertThat(server.count("PATCH")).isEqualTo(2);
  }

  @Test
  void beginsASeriesAnewThatTheServerHasForgotten() throws Exception {
    tell(WEB, Reason.REGISTRY_THROTTLED, "");
    server.forgetEvents();
    tell(WEB, Reason.REGISTRY_THROTTLED, "");
    assertThat(server.events().getFirst().text("series/count")).isEqualTo("2");
  }

  @Test
  void anotherReasonOrDigestIsAnotherEvent() throws Exception {
    tell(WEB, Reason.NO_SIGNATURE, "");
    tell(WEB, Reason.DENIED_DIGEST, "");
    tell(WEB, Reason.NO_SIGNATURE, "said otherwise");
    assertThat(server.events()).hasSize(2);
  }

  @Test
  void tellsOfOneObjectABurstAndThenOneInFiveMinutes() throws Exception {
    for (Reason reason : Reason.values()) {
      tell(WEB, reason, "");
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(Reason.values()).hasSizeGreaterThan(EventPace.BURST + 2);
    assertThat(server.events()).hasSize(EventPace.BURST);
    time.advance(EventPace.OF_OBJECT);
    tell(WEB, List.of(Reason.values()).getLast(), "");
    assertThat(server.events()).hasSize(EventPace.BURST + 1);
  }

  @Test
  void tellsOfManyObjectsABurstAndThenOneASecondAndLosesNone() throws Exception {
    for (int i = 0; i < 100; i++) {
      events.judged(
          new PodIdentity("uid" + i, "default", "pod-" + i), decision(Reason.NO_SIGNATURE, ""));
    }
    events.step();
    assertThat(server.events()).hasSize(EventPace.BURST);
    time.advance(Duration.ofSeconds(2));
    events.step();
    assertThat(server.events()).hasSize(EventPace.BURST + 2);
    for (int second = 0; second < 100; second++) {
      time.advance(Duration.ofSeconds(1));
      events.step();
    }
    assertThat(server.events()).hasSize(100);
  }

  @Test
  void tellsAChangeOfTheNodeWhereKubectlLooksForIt() throws Exception {
    events.changed(
        new NodeCondition(
            NodeCondition.KERNELS_VERIFIED, "False", "KernelsRejected", "1 of 2 pods"));
    events.step();
    JsonTree event = server.events().getFirst();
    assertThat(event.text("metadata/namespace")).isEqualTo("default");
    assertThat(event.text("regarding/kind")).isEqualTo("Node");
    assertThat(event.text("regarding/uid")).isEqualTo("node-1");
    assertThat(event.text("type")).isEqualTo("Warning");
    assertThat(event.text("reason")).isEqualTo("KernelsRejected");
    assertThat(event.text("note")).isEqualTo("ZoneKernelsVerified is False: 1 of 2 pods");
  }

  @Test
  void outlivesAnApiServerThatIsAway() throws Exception {
    server.fail(503);
    tell(WEB, Reason.NO_SIGNATURE, "");
    server.recover();
    tell(WEB, Reason.DENIED_DIGEST, "");
    assertThat(server.events()).hasSize(1);
  }

  @Test
  void putsNoStrangeNameIntoAPath() throws Exception {
    events.judged(new PodIdentity("uid", "../../nodes", "web"), decision(Reason.NO_SIGNATURE, ""));
    events.judged(new PodIdentity("uid", "default", "../x"), decision(Reason.NO_SIGNATURE, ""));
    events.step();
    assertThat(server.seen()).isEmpty();
  }

  private void tell(PodIdentity pod, Reason reason, String detail) throws Exception {
    events.judged(pod, decision(reason, detail));
    events.step();
  }

  private static Decision decision(Reason reason, String detail) {
    return TestDecision.of(KernelRequest.image("a:1"), TestDecision.verdict(reason, detail));
  }
}
