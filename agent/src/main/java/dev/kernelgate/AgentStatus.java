// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.socket.Peer;
import dev.kernelgate.verification.GateHealth;
import dev.kernelgate.verification.NodeCondition;
import dev.kernelgate.verification.NodePods;
import dev.kernelgate.verification.RegistryOutcomes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an agent says about itself: what it is, and what it has noticed about its own health. Safe
 * for any thread.
 */
final class AgentStatus {

  private final Identity identity;
  private final InstantSource clock;
  private final RegistryOutcomes registries;
  private volatile NodePods pods = new NodePods(Map.of(), List.of());
  private volatile Optional<Instant> askedAt = Optional.empty();

  /**
   * What does not change while the agent runs.
   *
   * @param version of the program
   * @param platform that kernels are judged for
   * @param mode enforce or audit, where no rule says otherwise
   * @param policyRevision changes with the policy
   * @param trustRootRevision changes with the trust roots
   * @param trustRoot whom signatures are believed of
   * @param startedAt when it began
   */
  record Identity(
      String version,
      String platform,
      String mode,
      String policyRevision,
      String trustRootRevision,
      GateHealth.TrustRoot trustRoot,
      Instant startedAt) {

    boolean isReady() {
      return trustRoot instanceof GateHealth.TrustRoot.Usable;
    }
  }

  AgentStatus(Identity identity, InstantSource clock) {
    this.identity = identity;
    this.clock = clock;
    this.registries = new RegistryOutcomes(clock);
  }

  /** Where the outcomes of real questions to registries are noted. */
  RegistryOutcomes registries() {
    return registries;
  }

  /** These are the node's pods now. */
  void note(NodePods current) {
    pods = current;
  }

  /** Somebody asked for a decision. The agent itself does not count. */
  void asked(Peer peer) {
    if (peer.pid() != ProcessHandle.current().pid()) {
      askedAt = Optional.of(clock.instant());
    }
  }

  boolean isReady() {
    return identity.isReady();
  }

  /** What is being run, in a few words each. */
  Map<String, String> build() {
    return Map.of(
        "version", identity.version(),
        "platform", identity.platform(),
        "mode", identity.mode(),
        "policy_revision", identity.policyRevision(),
        "trust_root_revision", identity.trustRootRevision());
  }

  /** The agent's health as it is now. */
  GateHealth health() {
    NodePods now = pods;
    return new GateHealth(
        clock.instant(),
        running(),
        identity.mode().equals("enforce"),
        identity.trustRoot(),
        registries.all(),
        new GateHealth.Use(identity.startedAt(), askedAt, now.newestStart()),
        now.problems());
  }

  Map<String, Object> toFields(NodeCondition kernels) {
    GateHealth health = health();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("version", identity.version());
    fields.put("platform", identity.platform());
    fields.put("mode", identity.mode());
    fields.put("policyRevision", identity.policyRevision());
    fields.put("trustRootRevision", identity.trustRootRevision());
    fields.put("startedAt", identity.startedAt());
    fields.put("ready", identity.isReady());
    fields.put("conditions", List.of(kernels.toFields(), health.condition().toFields()));
    fields.put("health", health.toFields());
    fields.put("problems", health.problems());
    return fields;
  }

  private String running() {
    return "kernelgate %s answers; mode %s, policy %s, trust root %s"
        .formatted(
            identity.version(),
            identity.mode(),
            identity.policyRevision(),
            identity.trustRootRevision());
  }
}
