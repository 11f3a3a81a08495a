// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.metrics;

import static dev.kernelgate.testing.TestImages.kernel;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.oci.ObservedSource;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.Golden;
import dev.kernelgate.testing.MemorySource;
import dev.kernelgate.testing.TestDecision;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.Decision;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AgentMetricsTest {

  private final AgentMetrics metrics = new AgentMetrics();
  private final FakeTime time = FakeTime.afterFixtures();

  private Decision decision(Reason reason) {
    return TestDecision.of(
        KernelRequest.image("registry.test/kernel:t"),
        TestDecision.verdict(reason, "test"),
        Optional.empty(),
        time.instant());
  }

  @Test
  void showsEverythingInThePrometheusTextFormat() throws ProblemException {
    metrics.decided(
        AgentMetrics.AskedBy.SOCKET, decision(Reason.NO_SIGNATURE), Duration.ofMillis(3));
    metrics.decided(
        AgentMetrics.AskedBy.SOCKET, decision(Reason.NO_SIGNATURE), Duration.ofNanos(900));
    metrics.decided(AgentMetrics.AskedBy.POD, decision(Reason.OVERLOADED), Duration.ofSeconds(20));
    metrics.pods(() -> Map.of(Outcome.TRUSTED, 7L));
    metrics.gauge("kernelgate_checks", "Checks that run or wait.", () -> 3);
    metrics.build(Map.of("version", "0.1.0", "policy_revision", "earlier"));
    metrics.build(
        Map.of(
            "version", "0.1.0",
            "platform", "linux/amd64",
            "mode", "enforce",
            "policy_revision", "abc",
            "trust_root_revision", "def"));
    fetchSomething();

    Golden.assertMatches("metrics/exposition.txt", new String(metrics.exposition(), UTF_8));
  }

  private void fetchSomething() throws ProblemException {
    MemorySource memory = new MemorySource();
    kernel(memory, "amd64", "t");
    memory.fail("broken", new ProblemException(Reason.REGISTRY_THROTTLED, "later"));
    ObservedSource source = new ObservedSource(memory, metrics);
    Repository repository = new Repository("registry.test", "kernel");

    source.manifest(repository, "t", time.deadlineIn(Duration.ofSeconds(1)));
    source.manifest(repository, "absent", time.deadlineIn(Duration.ofSeconds(1)));
    assertThatThrownBy(
            () -> source.manifest(repository, "broken", time.deadlineIn(Duration.ofSeconds(1))))
        .isInstanceOf(ProblemException.class);
  }
}
