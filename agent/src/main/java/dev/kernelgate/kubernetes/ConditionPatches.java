// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import dev.kernelgate.verification.NodeCondition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When the node's conditions are told, and with which times: on a change, but not more often than
 * once a second; as a heartbeat; again a while after a failure. Confined to one thread.
 */
final class ConditionPatches {

  /** Between two patches. */
  static final Duration APART = Duration.ofSeconds(1);

  /** From a failure to the next try. */
  static final Duration RETRY = Duration.ofSeconds(10);

  /** Between heartbeats, a tenth more or less: 5,000 nodes make 17 patches a second. */
  static final Duration HEARTBEAT = Duration.ofMinutes(5);

  private final InstantSource clock;
  private final RandomGenerator random;
  private final Map<String, Standing> standings = new HashMap<>();
  private List<NodeCondition> told = List.of();
  private Instant notBefore = Instant.MIN;
  private Instant lookedAt = Instant.MIN;
  private Instant heartbeat = Instant.MIN;

  /** A condition's status, and since when it has had it. */
  private record Standing(String status, Instant since) {}

  ConditionPatches(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** Whether these conditions have to be told now. */
  boolean isDue(List<NodeCondition> conditions) {
    Instant now = clock.instant();
    if (now.isBefore(lookedAt)) {
      // The clock was set back: a node may start hours ahead, and must not be silent for as long.
      notBefore = Instant.MIN;
      heartbeat = Instant.MIN;
    }
    lookedAt = now;
    return !now.isBefore(notBefore) && (!conditions.equals(told) || !now.isBefore(heartbeat));
  }

  /**
   * The patch that tells them. The time of the last transition changes with the status only; what
   * it was before this agent started is not known, and on its way out the agent said Unknown.
   */
  Map<String, Object> patch(List<NodeCondition> conditions) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return Map.of(
        "status",
        Map.of(
            "conditions",
            conditions.stream().map(condition -> withTimes(condition, now)).toList()));
  }

  /** Those that differ in status or reason from what was told before; none of the first ones. */
  List<NodeCondition> changed(List<NodeCondition> conditions) {
    return conditions.stream()
        .filter(
            condition ->
                told.stream()
                    .filter(before -> before.type().equals(condition.type()))
                    .anyMatch(
                        before ->
                            !before.status().equals(condition.status())
                                || !before.reason().equals(condition.reason())))
        .toList();
  }

  /** They have been told. */
  void succeeded(List<NodeCondition> conditions) {
    Instant now = clock.instant();
    Instant second = now.truncatedTo(ChronoUnit.SECONDS);
    for (NodeCondition condition : conditions) {
      standings.put(condition.type(), standing(condition, second));
    }
    told = List.copyOf(conditions);
    notBefore = now.plus(APART);
    heartbeat = now.plus(HEARTBEAT.multipliedBy(random.nextLong(900, 1101)).dividedBy(1000));
  }

  /** They could not be told. */
  void failed() {
    notBefore = clock.instant().plus(RETRY);
  }

  private Map<String, Object> withTimes(NodeCondition condition, Instant now) {
    Map<String, Object> fields = condition.toFields();
    fields.put("lastHeartbeatTime", now);
    fields.put("lastTransitionTime", standing(condition, now).since());
    return fields;
  }

  private Standing standing(NodeCondition condition, Instant now) {
    return Optional.ofNullable(standings.get(condition.type()))
        .filter(before -> before.status().equals(condition.status()))
        .orElseGet(() -> new Standing(condition.status(), now));
  }
}
