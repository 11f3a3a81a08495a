// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.ledger;

import dev.kernelgate.metrics.AgentMetrics;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.Peer;
import dev.kernelgate.verification.PodNews;
import dev.kernelgate.verification.PodVerdict;
import dev.kernelgate.verification.VerdictBook;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Everything that a decision leaves behind: what can be looked up, what is logged, what is counted.
 * Safe for any thread.
 */
public final class Ledger {

  private final VerdictBook book;
  private final DecisionLog log;
  private final AgentMetrics metrics;
  private final PodNews news;

  private Ledger(VerdictBook book, DecisionLog log, AgentMetrics metrics, PodNews news) {
    this.book = book;
    this.log = log;
    this.metrics = metrics;
    this.news = news;
  }

  /** Nothing has been decided. */
  public static Ledger empty() {
    VerdictBook book = new VerdictBook();
    AgentMetrics metrics = new AgentMetrics();
    metrics.pods(() -> podsByOutcome(book));
    metrics.gauge(
        "kernelgate_pods_drifted",
        "Pods whose tag names another kernel in the registry than the one that boots or runs.",
        () -> book.pods().stream().filter(PodVerdict::hasDrifted).count());
    return new Ledger(book, new DecisionLog(), metrics, (_, _) -> {});
  }

  /** The same ledger, whose news about pods somebody else is told too. */
  public Ledger telling(PodNews listener) {
    return new Ledger(book, log, metrics, listener);
  }

  /** The latest decisions, and the node's pods. */
  public VerdictBook book() {
    return book;
  }

  /** What is counted, decisions and whatever else has a number. */
  public AgentMetrics metrics() {
    return metrics;
  }

  /** A peer was answered. */
  public void answered(Peer peer, Decision decision, Duration took) {
    book.recordLaunch(decision);
    log.answered(peer, decision);
    metrics.decided(AgentMetrics.AskedBy.SOCKET, decision, took);
  }

  /** The agent asked itself. Nobody boots by that, so it is counted and no more. */
  public void testedItself(Decision decision, Duration took) {
    metrics.decided(AgentMetrics.AskedBy.CANARY, decision, took);
  }

  /** A pod's kernel was judged ahead; it is logged and told when that is news. */
  public void judged(PodVerdict pod, Decision decision, Duration took) {
    book.record(decision);
    metrics.decided(AgentMetrics.AskedBy.POD, decision, took);
    if (isNews(pod.decision(), decision)) {
      log.judged(pod.pod(), decision);
      news.judged(pod.pod(), decision);
    }
  }

  /** An image of the configuration was judged ahead; it is logged when that is news. */
  public void warmedUp(Optional<Decision> before, Decision decision, Duration took) {
    book.record(decision);
    metrics.decided(AgentMetrics.AskedBy.WARM_UP, decision, took);
    if (isNews(before, decision)) {
      log.warmedUp(decision);
    }
  }

  private static boolean isNews(Optional<Decision> before, Decision decision) {
    return before
        .filter(
            known ->
                known.verdict().equals(decision.verdict())
                    && known.digest().equals(decision.digest())
                    && known.registryDigest().equals(decision.registryDigest()))
        .isEmpty();
  }

  private static Map<Outcome, Long> podsByOutcome(VerdictBook book) {
    return book.pods().stream()
        .collect(Collectors.groupingBy(PodVerdict::outcome, Collectors.counting()));
  }
}
