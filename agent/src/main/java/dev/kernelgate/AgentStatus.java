// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.verification.NodeCondition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What an agent says about itself. Everything but the problems is fixed when it starts; safe for
 * any thread.
 */
final class AgentStatus {

  private final Identity identity;
  private final Map<Topic, List<String>> problems = new ConcurrentSkipListMap<>();

  /** What a problem is with. */
  enum Topic {
    PODS,
    EVIDENCE
  }

  /**
   * What does not change while the agent runs.
   *
   * @param version of the program
   * @param platform that kernels are judged for
   * @param mode enforce or audit, where no rule says otherwise
   * @param policyRevision changes with the policy
   * @param trustRootRevision changes with the trust roots
   * @param startedAt when it began
   * @param isReady whether it has all it needs to trust anything
   */
  record Identity(
      String version,
      String platform,
      String mode,
      String policyRevision,
      String trustRootRevision,
      Instant startedAt,
      boolean isReady) {}

  AgentStatus(Identity identity) {
    this.identity = identity;
  }

  /** Replaces what is wrong with something. */
  void note(Topic topic, List<String> current) {
    problems.put(topic, List.copyOf(current));
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

  /** Whether the agent can do its work. */
  NodeCondition gateCondition() {
    if (!identity.isReady()) {
      return new NodeCondition(
          NodeCondition.GATE,
          "False",
          "TrustRootUnavailable",
          "no trust root can be used, so no kernel is trusted");
    }
    String running =
        "kernelgate %s answers; mode %s, policy %s, trust root %s"
            .formatted(
                identity.version(),
                identity.mode(),
                identity.policyRevision(),
                identity.trustRootRevision());
    List<String> all = new ArrayList<>(List.of(running));
    all.addAll(problems());
    return new NodeCondition(NodeCondition.GATE, "True", "Answering", String.join("; ", all));
  }

  Map<String, Object> toFields(NodeCondition kernels) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("version", identity.version());
    fields.put("platform", identity.platform());
    fields.put("mode", identity.mode());
    fields.put("policyRevision", identity.policyRevision());
    fields.put("trustRootRevision", identity.trustRootRevision());
    fields.put("startedAt", identity.startedAt());
    fields.put("ready", identity.isReady());
    fields.put("conditions", List.of(kernels.toFields(), gateCondition().toFields()));
    fields.put("problems", problems());
    return fields;
  }

  private List<String> problems() {
    return problems.values().stream().flatMap(List::stream).toList();
  }
}
