// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.socket.Gate;
import dev.kernelgate.socket.Peer;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.KernelVerifier;
import dev.kernelgate.verification.PodVerdict;
import dev.kernelgate.verification.VerdictBook;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The agent as the socket sees it: decides, records, logs. Safe for any thread. */
final class NodeGate implements Gate {

  private final KernelVerifier verifier;
  private final VerdictBook book;
  private final AgentStatus status;
  private final DecisionLog log;

  NodeGate(KernelVerifier verifier, VerdictBook book, AgentStatus status, DecisionLog log) {
    this.verifier = verifier;
    this.book = book;
    this.status = status;
    this.log = log;
  }

  @Override
  public Optional<Decision> known(KernelRequest request, Peer peer) {
    return verifier.known(request).map(decision -> recorded(decision, peer));
  }

  @Override
  public Decision decide(KernelRequest request, Peer peer, Deadline deadline) {
    return recorded(verifier.verify(request, deadline), peer);
  }

  @Override
  public Decision giveUp(KernelRequest request, Peer peer, Problem problem) {
    return recorded(verifier.unchecked(request, problem), peer);
  }

  @Override
  public List<Decision> verdicts() {
    return book.verdicts();
  }

  @Override
  public Optional<Decision> verdict(Digest digest) {
    return book.verdict(digest);
  }

  @Override
  public List<PodVerdict> pods() {
    return book.pods();
  }

  @Override
  public Map<String, Object> status() {
    return status.toFields(book.pods());
  }

  @Override
  public boolean isReady() {
    return status.isReady();
  }

  private Decision recorded(Decision decision, Peer peer) {
    book.record(decision);
    log.answered(peer, decision);
    return decision;
  }
}
