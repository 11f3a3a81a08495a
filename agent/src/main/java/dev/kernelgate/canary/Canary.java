// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.canary;

import dev.kernelgate.chore.Turns;
import dev.kernelgate.json.JsonText;
import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.metrics.AgentMetrics;
import dev.kernelgate.verification.GateHealth;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Asks the agent about kernels whose verdict is known beforehand, over its own socket as a launcher
 * would: a gate that trusts what nobody has signed is broken, whatever else it says of itself. One
 * thread {@linkplain #look looks}, all else is for any thread.
 */
public final class Canary {

  /** Between two looks. */
  public static final Duration LOOK = Duration.ofSeconds(1);

  /** From an answer that was not right to the next question. */
  private static final Duration RETRY = Duration.ofMinutes(1);

  private static final int MAX_ANSWER_BYTES = 1024 * 1024;

  /** For the way there and back, on a machine that is busy. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private final Plan plan;
  private final OwnSocket socket;
  private final Consumer<GateHealth.Canary> health;
  private final InstantSource clock;
  private final CanaryLog log = new CanaryLog();
  private final Turns<CanaryKind> turns;
  private final ConcurrentMap<CanaryKind, CanaryFinding> findings = new ConcurrentSkipListMap<>();

  /**
   * What is asked, and when.
   *
   * @param trusted an image by digest that the policy trusts
   * @param unsigned an image by digest that a rule covers and nobody has signed
   * @param every time between two questions about one of them
   * @param budget time for one decision
   */
  public record Plan(
      Optional<String> trusted, Optional<String> unsigned, Duration every, Duration budget) {}

  /**
   * Asks nobody yet.
   *
   * @param health is told after each question what the answers so far say; must not wait
   */
  public Canary(
      Plan plan,
      OwnSocket socket,
      Consumer<GateHealth.Canary> health,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.plan = plan;
    this.socket = socket;
    this.health = health;
    this.clock = clock;
    this.turns = new Turns<>(nanoTime);
    plan.trusted().ifPresent(image -> put(CanaryFinding.unasked(CanaryKind.TRUSTED, image)));
    plan.unsigned().ifPresent(image -> put(CanaryFinding.unasked(CanaryKind.UNSIGNED, image)));
  }

  /** Asks about each canary that is due. */
  public void look() {
    for (CanaryFinding before : findings.values()) {
      Optional<Integer> round = turns.due(before.kind());
      if (round.isPresent()) {
        CanaryFinding found = ask(before);
        put(found);
        turns.done(found.kind(), round.get(), pauseAfter(found));
        health.accept(new GateHealth.Canary(wrong(CanaryKind.UNSIGNED), wrong(CanaryKind.TRUSTED)));
        if (found.isNewsAfter(before)) {
          log.write(found);
        }
      }
    }
  }

  /** Other rules are in force: what was answered by those before says nothing about these. */
  public void askAnew() {
    turns.anew();
  }

  /**
   * Whether this is a question of the canary and not a launcher's.
   *
   * @param pid of the process that asks
   */
  public boolean isAsking(int pid, KernelRequest request) {
    return pid == ProcessHandle.current().pid()
        && request.kernel() instanceof AskedKernel.Image(String reference)
        && findings().anyMatch(found -> found.image().equals(reference));
  }

  /** What is known of each canary, those that were not asked about yet included. */
  public List<Map<String, Object>> toFields() {
    return findings().map(CanaryFinding::toFields).toList();
  }

  /** Shows the same as numbers. */
  public void show(AgentMetrics metrics) {
    metrics.gauges(
        "kernelgate_canary",
        "What tests of the gate have shown: 1 for the result where it stands.",
        List.of("canary", "result"),
        () -> findings().flatMap(Canary::standing).toList());
    metrics.gauges(
        "kernelgate_canary_asked_timestamp_seconds",
        "When the gate was tested last.",
        List.of("canary"),
        () -> findings().flatMap(Canary::time).toList());
  }

  private CanaryFinding ask(CanaryFinding before) {
    Instant now = clock.instant();
    return before.after(
        now,
        socket
            .exchange(question(before.image()), MAX_ANSWER_BYTES, plan.budget().plus(MARGIN))
            .flatMap(CanaryAnswer::ofResponse));
  }

  private String question(String image) {
    String body = JsonText.of(Map.of("image", image, "deadlineMillis", plan.budget().toMillis()));
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return "POST /v1/decide HTTP/1.1\r\nHost: kernelgate\r\nConnection: close\r\n"
        + "Content-Length: %d\r\n\r\n%s".formatted(length, body);
  }

  private Duration pauseAfter(CanaryFinding found) {
    boolean isSoon = found.latest() != CanaryKind.Result.RIGHT && RETRY.compareTo(plan.every()) < 0;
    return Turns.about(isSoon ? RETRY : plan.every());
  }

  private void put(CanaryFinding found) {
    findings.put(found.kind(), found);
  }

  private Stream<CanaryFinding> findings() {
    return findings.values().stream();
  }

  private Optional<String> wrong(CanaryKind kind) {
    return Optional.ofNullable(findings.get(kind)).flatMap(CanaryFinding::wrong);
  }

  private static Stream<AgentMetrics.Sample> standing(CanaryFinding found) {
    return Arrays.stream(CanaryKind.Result.values())
        .map(
            result ->
                new AgentMetrics.Sample(
                    List.of(found.kind().toString(), result.toString()),
                    result == found.standing() ? 1 : 0));
  }

  private static Stream<AgentMetrics.Sample> time(CanaryFinding found) {
    return found.askedAt().stream()
        .map(
            time ->
                new AgentMetrics.Sample(List.of(found.kind().toString()), time.getEpochSecond()));
  }
}
