// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.SignatureFacts;
import dev.kernelgate.verdict.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A decision as the socket shows it. */
final class DecisionFields {

  private DecisionFields() {}

  /** In the order of the answer's members; what is not known is empty. */
  static Map<String, Object> of(Decision decision) {
    Verdict verdict = decision.verdict();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("image", decision.image());
    fields.put("platform", decision.architecture().platform());
    fields.put("verdict", verdict.outcome());
    fields.put("reason", verdict.reason());
    fields.put("digest", decision.digest());
    fields.put("indexDigest", decision.booted().indexDigest());
    fields.put("signedDigest", verdict.signatureFacts().map(SignatureFacts::signedDigest));
    fields.put("signature", verdict.signatureFacts().map(DecisionFields::signature));
    fields.put("message", decision.message());
    fields.put("remedy", verdict.reason().remedy());
    fields.put("boot", decision.mayBoot());
    fields.put("enforced", decision.enforced());
    fields.put("bootSource", decision.source());
    fields.put("registryDigest", decision.registryDigest());
    fields.put("alternative", decision.alternative().map(Alternative::toFields));
    fields.put("rule", decision.rule());
    fields.put("command", decision.command());
    fields.put("otherSignatures", otherSignatures(verdict));
    fields.put("evidence", decision.evidenceSince().map(_ -> "stored"));
    fields.put("fetchedAt", decision.evidenceSince());
    fields.put("decidedAt", decision.decidedAt());
    return fields;
  }

  private static Optional<List<Map<String, Object>>> otherSignatures(Verdict verdict) {
    if (!(verdict instanceof Verdict.Rejected rejected) || rejected.otherMisses().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(rejected.otherMisses().stream().map(DecisionFields::problem).toList());
  }

  private static Map<String, Object> problem(Problem problem) {
    return Map.of("reason", problem.reason(), "message", problem.detail());
  }

  private static Map<String, Object> signature(SignatureFacts facts) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("issuer", facts.issuer());
    fields.put("identity", facts.identity());
    fields.put("githubRepository", facts.githubRepository());
    fields.put("signedAt", facts.signedAt());
    fields.put("log", facts.log());
    fields.put("logIndex", facts.logIndex());
    fields.put("format", facts.format());
    return fields;
  }
}
