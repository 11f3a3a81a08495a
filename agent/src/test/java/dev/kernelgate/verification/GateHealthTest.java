// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From what the agent knows about itself to what it says about itself. */
final class GateHealthTest {

  private static final Instant NOW = Instant.parse("2026-11-22T13:30:00Z");
  private static final Instant START = NOW.minus(Duration.ofHours(1));
  private static final GateHealth.TrustRoot BUNDLED =
      new GateHealth.TrustRoot.Usable(Optional.empty());
  private static final GateHealth.TrustRoot NONE = new GateHealth.TrustRoot.Unusable();
  private static final GateHealth.Use IDLE =
      new GateHealth.Use(START, Optional.empty(), Optional.empty());
  private static final GateHealth.Use BYPASSED =
      new GateHealth.Use(START, Optional.empty(), Optional.of(ago(10)));
  private static final List<String> POD = List.of("a pod");
  private static final RegistryHealth UNASKED = RegistryHealth.unasked("ghcr.io");
  private static final RegistryHealth DOWN =
      UNASKED
          .answered(ago(9))
          .failed(Reason.REGISTRY_THROTTLED, ago(3))
          .failed(Reason.REGISTRY_UNREACHABLE, ago(1));

  private final FakeTime time = FakeTime.afterFixtures();
  private final RegistryOutcomes outcomes = new RegistryOutcomes(time);

  record Case(String name, GateHealth health, String status, String reason, String says) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Case> cases() {
    return Stream.of(
        new Case("all is well", health(BUNDLED, IDLE), "True", "Answering", "kernelgate 1 answers"),
        new Case(
            "a trust root from a file says how old it is",
            health(since(30), IDLE),
            "True",
            "Answering",
            "; trust root written 30 days ago"),
        new Case(
            "an old trust root", health(since(366), IDLE), "Unknown", "TrustRootOld", "a year"),
        new Case(
            "a trust root that is being read",
            health(new GateHealth.TrustRoot.Coming(), IDLE, DOWN),
            "Unknown",
            "Starting",
            "being read"),
        new Case("no trust root", health(NONE, IDLE), "False", "TrustRootUnavailable", "no kernel"),
        new Case(
            "no trust root is worse than no registry",
            health(NONE, IDLE, DOWN),
            "False",
            "TrustRootUnavailable",
            "no trust root"),
        new Case(
            "a gate that trusts what nobody has signed is worse than none",
            tested(
                health(NONE, IDLE, DOWN),
                new GateHealth.Canary(Optional.of("it trusts"), Optional.of("it rejects"))),
            "False",
            "UnsignedCanaryTrusted",
            "it trusts; kernelgate 1 answers"),
        new Case(
            "a gate that rejects what it has to trust",
            tested(
                health(BUNDLED, IDLE, DOWN),
                new GateHealth.Canary(Optional.empty(), Optional.of("it rejects"))),
            "False",
            "SignedCanaryRejected",
            "it rejects; kernelgate 1 answers"),
        new Case(
            "a registry that has failed for minutes",
            health(BUNDLED, IDLE, DOWN),
            "False",
            "RegistryUnreachable",
            "ghcr.io (RegistryUnreachable since 2026-11-22T13:27:00Z)"),
        new Case(
            "a registry that failed a moment ago",
            health(BUNDLED, IDLE, UNASKED.failed(Reason.REGISTRY_UNREACHABLE, NOW)),
            "True",
            "Answering",
            ""),
        new Case(
            "a registry that nobody has asked since it failed",
            health(BUNDLED, IDLE, UNASKED.failed(Reason.REGISTRY_UNREACHABLE, ago(30))),
            "True",
            "Answering",
            ""),
        new Case(
            "a registry that answers again",
            health(BUNDLED, IDLE, DOWN.answered(NOW)),
            "True",
            "Answering",
            ""),
        new Case(
            "zones that started before the agent",
            health(BUNDLED, used(Optional.empty(), Optional.of(ago(61)))),
            "True",
            "Answering",
            ""),
        new Case(
            "zones start and nobody ever asked",
            health(BUNDLED, BYPASSED),
            "False",
            "GateNotConsulted",
            "nobody has asked the gate since the agent started, so nothing is enforced"),
        new Case(
            "zones start and nobody asks any more",
            health(BUNDLED, used(Optional.of(ago(20)), Optional.of(ago(10)))),
            "False",
            "GateNotConsulted",
            "nobody asked the gate for it"),
        new Case(
            "zones start and somebody asks",
            health(BUNDLED, used(Optional.of(ago(10)), Optional.of(ago(10)))),
            "True",
            "Answering",
            ""),
        new Case(
            "a configuration that is not in force",
            with(
                health(BUNDLED, IDLE),
                new GateHealth.Problems(POD, List.of("x.yaml:1"), List.of(), List.of())),
            "Unknown",
            "ConfigurationRefused",
            "; x.yaml:1; a pod"),
        new Case(
            "work of its own that fails",
            with(
                health(BUNDLED, IDLE),
                new GateHealth.Problems(List.of(), List.of(), POD, List.of())),
            "Unknown",
            "ChoresFailing",
            "some of its own work; kernelgate 1 answers; a pod"),
        new Case(
            "something that costs comfort only",
            with(
                health(BUNDLED, IDLE),
                new GateHealth.Problems(List.of(), List.of(), List.of(), POD)),
            "True",
            "Answering",
            "; a pod"),
        new Case(
            "in audit nobody has to ask",
            audit(health(BUNDLED, BYPASSED)),
            "True",
            "GateNotConsulted",
            "nobody has asked"),
        new Case(
            "pods that are not known",
            withProblem(health(BUNDLED, IDLE), "the API server is away"),
            "Unknown",
            "PodsNotKnown",
            "; the API server is away"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void tellsTheWorst(Case it) {
    NodeCondition condition = it.health().condition();
    assertThat(condition.type()).isEqualTo(NodeCondition.GATE);
    assertThat(condition.status()).isEqualTo(it.status());
    assertThat(condition.reason()).isEqualTo(it.reason());
    assertThat(condition.message()).contains(it.says()).doesNotStartWith(";");
  }

  @Test
  void sortsWhatRegistriesAnsweredIntoReachedAndNot() {
    answered("one.test");
    failed("two.test", Reason.REGISTRY_UNAUTHORIZED);
    failed("three.test", Reason.REGISTRY_UNREACHABLE);
    time.advance(Duration.ofMinutes(2));
    failed("three.test", Reason.REGISTRY_THROTTLED);
    assertThat(outcomes.all())
        .filteredOn(registry -> registry.isFailing(time.instant()))
        .extracting(RegistryHealth::name)
        .containsExactly("three.test");
  }

  @Test
  void layoutsAreNoRegistries() {
    outcomes.answered(BootSource.LAYOUT, new Repository("one.test", "kernel"), true);
    assertThat(outcomes.all()).isEmpty();
  }

  @Test
  void remembersABoundedNumberOfRegistries() {
    for (int i = 0; i <= RegistryOutcomes.MAX_REGISTRIES; i++) {
      answered(i + ".test");
    }
    assertThat(outcomes.all())
        .hasSize(RegistryOutcomes.MAX_REGISTRIES)
        .extracting(RegistryHealth::name)
        .doesNotContain("0.test");
  }

  private void answered(String registry) {
    outcomes.answered(BootSource.REGISTRY, new Repository(registry, "kernel"), false);
  }

  private void failed(String registry, Reason reason) {
    outcomes.failed(
        BootSource.REGISTRY,
        new Repository(registry, "kernel"),
        new ProblemException(reason, "test"));
  }

  private static Instant ago(int minutes) {
    return NOW.minus(Duration.ofMinutes(minutes));
  }

  private static GateHealth.TrustRoot since(int days) {
    return new GateHealth.TrustRoot.Usable(Optional.of(NOW.minus(Duration.ofDays(days))));
  }

  private static GateHealth.Use used(Optional<Instant> askedAt, Optional<Instant> newestZone) {
    return new GateHealth.Use(START, askedAt, newestZone);
  }

  private static GateHealth health(
      GateHealth.TrustRoot trustRoot, GateHealth.Use use, RegistryHealth... registries) {
    return new GateHealth(
        NOW,
        "kernelgate 1 answers",
        true,
        trustRoot,
        List.of(registries),
        GateHealth.Canary.silent(),
        use,
        GateHealth.Problems.none());
  }

  private static GateHealth audit(GateHealth health) {
    return new GateHealth(
        health.now(),
        health.running(),
        false,
        health.trustRoot(),
        health.registries(),
        health.canary(),
        health.use(),
        health.problems());
  }

  private static GateHealth tested(GateHealth health, GateHealth.Canary canary) {
    return new GateHealth(
        health.now(),
        health.running(),
        health.isEnforcing(),
        health.trustRoot(),
        health.registries(),
        canary,
        health.use(),
        health.problems());
  }

  private static GateHealth withProblem(GateHealth health, String problem) {
    return with(health, new GateHealth.Problems(List.of(problem), List.of(), List.of(), List.of()));
  }

  private static GateHealth with(GateHealth health, GateHealth.Problems problems) {
    return new GateHealth(
        health.now(),
        health.running(),
        health.isEnforcing(),
        health.trustRoot(),
        health.registries(),
        health.canary(),
        health.use(),
        problems);
  }
}
