// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.policy.Mode;
import dev.kernelgate.verification.GateHealth;
import dev.kernelgate.verification.NodeCondition;
import dev.kernelgate.verification.NodePods;
import dev.kernelgate.verification.Peer;
import dev.kernelgate.verification.RegistryOutcomes;
import dev.kernelgate.verification.SignatureVerifier;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What an agent says about itself: what it is, what it judges by, and what it has noticed about its
 * own health. Safe for any thread.
 */
final class AgentStatus {

  /** By how much the clock is behind where it was when it was set back, and not just corrected. */
  private static final Duration SET_BACK = Duration.ofSeconds(5);

  private final Identity identity;
  private final InstantSource clock;
  private final RegistryOutcomes registries;
  private final ConcurrentMap<Topic, List<String>> problems = new ConcurrentHashMap<>();
  private volatile Rules rules;
  private volatile NodePods pods = new NodePods(Map.of(), List.of());
  private volatile GateHealth.Canary canary = GateHealth.Canary.silent();
  private volatile Optional<Instant> askedAt = Optional.empty();
  private volatile Instant usedSince;
  private volatile Instant lookedAt = Instant.MIN;

  /** What else than pods there are problems with. */
  enum Topic {
    /** The file says something that cannot be put in force. */
    CONFIGURATION,
    /** The file says something that only a restart puts in force. */
    RESTART,
    /** Evidence is not kept. */
    EVIDENCE,
    /** What was found in layers is not kept. */
    LAYERS,
    /** What pods were booted from is not kept. */
    BOOTS,
    /** What is done again and again fails each time. */
    CHORES
  }

  /**
   * What does not change while the agent runs.
   *
   * @param version of the program
   * @param platform that kernels are judged for
   * @param startedAt when it began
   */
  record Identity(String version, String platform, Instant startedAt) {}

  /**
   * What kernels are judged by.
   *
   * @param mode enforce or audit, where no rule says otherwise
   * @param policyRevision changes with the policy
   * @param trustRootRevision changes with the trust roots
   * @param trustRoot whom signatures are believed of
   * @param since when all of this came into force
   */
  record Rules(
      Mode mode,
      String policyRevision,
      String trustRootRevision,
      GateHealth.TrustRoot trustRoot,
      Instant since) {

    /** Those of a configuration and of what was made of its trust roots. */
    static Rules of(
        AgentConfig config, SignatureVerifier by, GateHealth.TrustRoot trustRoot, Instant since) {
      return new Rules(
          config.policy().mode(),
          config.policy().revision(),
          by.trustRootRevision(),
          trustRoot,
          since);
    }

    boolean areUsable() {
      return trustRoot instanceof GateHealth.TrustRoot.Usable;
    }
  }

  AgentStatus(Identity identity, Rules rules, InstantSource clock) {
    this.identity = identity;
    this.rules = rules;
    this.clock = clock;
    this.registries = new RegistryOutcomes(clock);
    this.usedSince = identity.startedAt();
  }

  /** That kernels are judged for. */
  String platform() {
    return identity.platform();
  }

  /** Where the outcomes of real questions to registries are noted. */
  RegistryOutcomes registries() {
    return registries;
  }

  /** Other rules are in force now. */
  void judgesBy(Rules others) {
    rules = others;
  }

  /** These are the node's pods now. */
  void note(NodePods current) {
    pods = current;
  }

  /** This is what the canaries say now. */
  void note(GateHealth.Canary current) {
    canary = current;
  }

  /** This is all that is wrong now with something else. */
  void note(Topic topic, List<String> current) {
    problems.put(topic, List.copyOf(current));
  }

  /** Somebody asked for a decision. The agent itself does not count. */
  void asked(Peer peer) {
    if (peer.pid() != ProcessHandle.current().pid()) {
      askedAt = Optional.of(clock.instant());
    }
  }

  boolean isReady() {
    return rules.areUsable();
  }

  /** What is being run, in a few words each. */
  Map<String, String> build() {
    Rules current = rules;
    return Map.of(
        "version", identity.version(),
        "platform", identity.platform(),
        "mode", current.mode().toString(),
        "policy_revision", current.policyRevision(),
        "trust_root_revision", current.trustRootRevision());
  }

  /** The agent's health as it is now. */
  GateHealth health() {
    return health(rules);
  }

  Map<String, Object> toFields(NodeCondition kernels) {
    Rules current = rules;
    GateHealth health = health(current);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("version", identity.version());
    fields.put("platform", identity.platform());
    fields.put("mode", current.mode());
    fields.put("policyRevision", current.policyRevision());
    fields.put("trustRootRevision", current.trustRootRevision());
    fields.put("rulesSince", current.since());
    fields.put("startedAt", identity.startedAt());
    fields.put("ready", current.areUsable());
    fields.put("conditions", List.of(kernels.toFields(), health.condition().toFields()));
    fields.put("health", health.toFields());
    fields.put("problems", health.problems().all());
    return fields;
  }

  private GateHealth health(Rules judging) {
    NodePods current = pods;
    Instant now = clock.instant();
    beginAnewIfSetBack(now);
    return new GateHealth(
        now,
        running(judging),
        judging.mode() == Mode.ENFORCE,
        judging.trustRoot(),
        registries.all(),
        canary,
        new GateHealth.Use(usedSince, askedAt, current.newestStart()),
        new GateHealth.Problems(
            current.problems(), with(Topic.CONFIGURATION), with(Topic.CHORES), others()));
  }

  /** Times of a clock that was ahead would keep zones that are started now from being noticed. */
  private void beginAnewIfSetBack(Instant now) {
    if (now.plus(SET_BACK).isBefore(lookedAt)) {
      usedSince = now;
      askedAt = Optional.empty();
    }
    lookedAt = now;
  }

  private List<String> with(Topic topic) {
    return problems.getOrDefault(topic, List.of());
  }

  private List<String> others() {
    List<String> others = new ArrayList<>(with(Topic.RESTART));
    others.addAll(with(Topic.EVIDENCE));
    others.addAll(with(Topic.LAYERS));
    others.addAll(with(Topic.BOOTS));
    return others;
  }

  private String running(Rules current) {
    return "kernelgate %s answers; mode %s, policy %s, trust root %s"
        .formatted(
            identity.version(),
            current.mode(),
            current.policyRevision(),
            current.trustRootRevision());
  }
}
