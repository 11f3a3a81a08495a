// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.canary.Canary;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.ledger.Ledger;
import dev.kernelgate.metrics.AgentMetrics;
import dev.kernelgate.socket.Gate;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verification.Asker;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.KernelVerifier;
import dev.kernelgate.verification.Peer;
import dev.kernelgate.verification.PodVerdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The agent as the socket sees it. Safe for any thread. */
final class NodeGate implements Gate {

  private final KernelVerifier verifier;
  private final Ledger ledger;
  private final AgentStatus status;
  private final Canary canary;
  private final Supplier<Map<String, Object>> facts;

  /**
   * A gate.
   *
   * @param canary whose questions are no launcher's
   * @param facts what else there is to say in the status
   */
  NodeGate(
      KernelVerifier verifier,
      Ledger ledger,
      AgentStatus status,
      Canary canary,
      Supplier<Map<String, Object>> facts) {
    this.verifier = verifier;
    this.ledger = ledger;
    this.status = status;
    this.canary = canary;
    this.facts = facts;
  }

  @Override
  public Optional<Decision> known(KernelRequest request) {
    return verifier.known(request);
  }

  @Override
  public Decision decide(KernelRequest request, Peer peer, Deadline deadline) {
    return verifier.verify(request, new Asker.User(peer.uid()), deadline);
  }

  @Override
  public Decision unchecked(KernelRequest request, Problem problem) {
    return verifier.unchecked(request, problem);
  }

  @Override
  public void answered(Peer peer, Decision decision, Duration took) {
    if (canary.isAsking(peer.pid(), decision.request())) {
      ledger.testedItself(decision, took);
    } else {
      status.asked(peer);
      ledger.answered(peer, decision, took);
    }
  }

  @Override
  public Optional<Document> manifest(Digest digest) {
    return verifier
        .trustedManifest(digest)
        .map(kernel -> new Document(kernel.mediaType(), kernel.bytes().bytes()));
  }

  @Override
  public List<Decision> verdicts() {
    return ledger.book().verdicts();
  }

  @Override
  public Optional<Decision> verdict(Digest digest) {
    return ledger.book().verdict(digest);
  }

  @Override
  public List<PodVerdict> pods() {
    return ledger.book().pods();
  }

  @Override
  public Map<String, Object> status() {
    Map<String, Object> fields = status.toFields(ledger.book().condition());
    fields.putAll(facts.get());
    return fields;
  }

  @Override
  public boolean isReady() {
    return status.isReady();
  }

  @Override
  public Document metrics() {
    return new Document(AgentMetrics.CONTENT_TYPE, ledger.metrics().exposition());
  }

  @Override
  public void forget() {
    verifier.forget();
  }
}
