// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.policy.Mode;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.verification.GateHealth;
import dev.kernelgate.verification.NodePods;
import dev.kernelgate.verification.Peer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AgentStatusTest {

  private static final Peer LAUNCHER = new Peer(0, 0, 1_000_000_000);

  private final FakeTime time = FakeTime.afterFixtures();
  private final AgentStatus status =
      new AgentStatus(
          new AgentStatus.Identity("test", "linux/amd64", time.instant()),
          new AgentStatus.Rules(
              Mode.ENFORCE,
              "policy",
              "root",
              new GateHealth.TrustRoot.Usable(Optional.empty()),
              time.instant()),
          time);

  @Test
  void aZoneThatIsStartedPastTheGateIsNoticedAfterTheClockWasSetBack() {
    status.asked(LAUNCHER);
    assertThat(reason()).isEqualTo("Answering");
    time.setBack(Duration.ofHours(5));
    assertThat(reason()).isEqualTo("Answering");

    startAZone();
    assertThat(reason()).isEqualTo("GateNotConsulted");

    status.asked(LAUNCHER);
    assertThat(reason()).isEqualTo("Answering");
  }

  @Test
  void aClockThatIsCorrectedByALittleChangesNothing() {
    startAZone();
    status.asked(LAUNCHER);
    assertThat(reason()).isEqualTo("Answering");
    time.setBack(Duration.ofSeconds(1));
    assertThat(reason()).isEqualTo("Answering");
  }

  private void startAZone() {
    time.advance(Duration.ofMinutes(1));
    status.note(new NodePods(Map.of(), List.of(), Optional.of(time.instant())));
    time.advance(Duration.ofSeconds(1));
  }

  private String reason() {
    return status.health().condition().reason();
  }
}
