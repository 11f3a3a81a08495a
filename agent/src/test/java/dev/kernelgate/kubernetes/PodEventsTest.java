// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.testing.FakeApiServer;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.JsonTree;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Verdict;
import dev.kernelgate.verification.Decision;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events about pods, by a clock that the test moves; the server refuses what is not valid. */
@Timeout(60)
final class PodEventsTest {

  private static final PodIdentity WEB = new PodIdentity("uid-web", "default", "web");

  @TempDir private Path account;

  private final FakeApiServer server = FakeApiServer.start();
  private final FakeTime time = FakeTime.afterFixtures();
  private Cluster cluster;
  private PodEvents events;

  @BeforeEach
  void connect() throws Exception {
    Files.writeString(account.resolve("token"), "token");
    cluster =
        Cluster.of("node-1", new ClusterAccess.ServiceAccount(URI.create(server.url()), account));
    events = new PodEvents(cluster, time);
  }

  @AfterEach
  void close() {
    events.close();
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
    assertThat(event.text("metadata/generateName")).isEqualTo("web-");
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
    assertThat(event.text("metadata/generateName")).isEqualTo("a".repeat(56) + "-");
  }

  @Test
  void sendsTheSameEventOnceInTenMinutesAndCountsTheOthers() throws Exception {
    for (int i = 0; i < 4; i++) {
      tell(WEB, Reason.REGISTRY_THROTTLED, "");
      time.advance(Duration.ofMinutes(1));
    }
    assertThat(server.events()).hasSize(1);
    time.advance(Duration.ofMinutes(6));
    tell(WEB, Reason.REGISTRY_THROTTLED, "");
    assertThat(server.events()).hasSize(2);
    assertThat(server.events().getLast().text("note"))
        .contains("(3 more like this were not sent.)");
  }

  @Test
  void sendsABurstAndThenOneASecond() throws Exception {
    for (int i = 0; i < 100; i++) {
      tell(new PodIdentity("uid" + i, "default", "pod-" + i), Reason.NO_SIGNATURE, "");
    }
    assertThat(server.events()).hasSize(EventPace.BURST);
    time.advance(Duration.ofSeconds(2));
    for (int i = 100; i < 110; i++) {
      tell(new PodIdentity("uid" + i, "default", "pod-" + i), Reason.NO_SIGNATURE, "");
    }
    assertThat(server.events()).hasSize(EventPace.BURST + 2);
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
  void putsNoStrangeNamespaceIntoAPath() {
    events.judged(new PodIdentity("uid", "../../nodes", "web"), decision(Reason.NO_SIGNATURE, ""));
    assertThat(server.seen()).isEmpty();
  }

  private void tell(PodIdentity pod, Reason reason, String detail) throws Exception {
    events.judged(pod, decision(reason, detail));
    events.writeNext();
  }

  private static Decision decision(Reason reason, String detail) {
    Verdict verdict =
        switch (reason.outcome()) {
          case TRUSTED -> new Verdict.Trusted(reason, detail, Optional.empty());
          case REJECTED, UNDETERMINED -> Verdict.of(new Problem(reason, detail));
        };
    return new Decision(
        KernelRequest.image("a:1"),
        "a:1",
        Architecture.AMD64,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        verdict,
        true,
        Optional.empty(),
        Optional.empty(),
        Instant.EPOCH,
        List.of());
  }
}
