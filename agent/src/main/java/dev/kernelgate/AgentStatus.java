// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.policy.Policy;
import dev.kernelgate.verification.NodeCondition;
import dev.kernelgate.verification.SignatureVerifier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** What an agent says about itself. Safe for any thread. */
final class AgentStatus {

  private final Identity identity;
  private volatile Rules rules;
  private final Map<Topic, List<String>> problems = new ConcurrentSkipListMap<>();

  /** What a problem is with. */
  enum Topic {
    CONFIGURATION,
    PODS,
    EVIDENCE
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
   * @param since when they came into force
   * @param isUsable whether anything can be trusted by them
   */
  record Rules(
      String mode,
      String policyRevision,
      String trustRootRevision,
      Instant since,
      boolean isUsable) {

    static Rules of(Policy policy, SignatureVerifier signatures, Instant since) {
      return new Rules(
          policy.mode().toString(),
          policy.revision(),
          signatures.trustRootRevision(),
          since,
          !(signatures instanceof UnusableTrustRoot));
    }
  }

  AgentStatus(Identity identity, Rules rules) {
    this.identity = identity;
    this.rules = rules;
  }

  /** Takes note that other rules are in force. */
  void judgesBy(Rules others) {
    rules = others;
  }

  /** Replaces what is wrong with something. */
  void note(Topic topic, List<String> current) {
    problems.put(topic, List.copyOf(current));
  }

  /** How many things are wrong. */
  long problemCount() {
    return problems().size();
  }

  boolean isReady() {
    return rules.isUsable();
  }

  /** What is being run, in a few words each. */
  Map<String, String> build() {
    Rules current = rules;
    return Map.of(
        "version", identity.version(),
        "platform", identity.platform(),
        "mode", current.mode(),
        "policy_revision", current.policyRevision(),
        "trust_root_revision", current.trustRootRevision());
  }

  /** Whether the agent can do its work. */
  NodeCondition gateCondition() {
    Rules current = rules;
    if (!current.isUsable()) {
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
                current.mode(),
                current.policyRevision(),
                current.trustRootRevision());
    List<String> all = new ArrayList<>(List.of(running));
    all.addAll(problems());
    return new NodeCondition(NodeCondition.GATE, "True", "Answering", String.join("; ", all));
  }

  Map<String, Object> toFields(NodeCondition kernels) {
    Rules current = rules;
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("version", identity.version());
    fields.put("platform", identity.platform());
    fields.put("mode", current.mode());
    fields.put("policyRevision", current.policyRevision());
    fields.put("trustRootRevision", current.trustRootRevision());
    fields.put("rulesSince", current.since());
    fields.put("startedAt", identity.startedAt());
    fields.put("ready", current.isUsable());
    fields.put("conditions", List.of(kernels.toFields(), gateCondition().toFields()));
    fields.put("problems", problems());
    return fields;
  }

  private List<String> problems() {
    return problems.values().stream().flatMap(List::stream).toList();
  }
}
