// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.ledger;

import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.systemd.AgentMessage;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.Peer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes one line for each decision: a sentence for people, the fields that the journal is searched
 * by, and the marker by which its catalogue explains the reason. Foreign text is made harmless
 * first. Safe for any thread.
 */
final class DecisionLog {

  private static final Logger LOG = LoggerFactory.getLogger("kernelgate");

  private final Map<Reason, Marker> markers =
      Arrays.stream(Reason.values())
          .collect(Collectors.toUnmodifiableMap(Function.identity(), AgentMessage::marker));

  /** A pod's kernel was judged ahead, or again with another result. */
  void judged(PodIdentity pod, Decision decision) {
    write(decision, Optional.of(pod), Optional.empty());
  }

  /** An image of the configuration was judged ahead, for the first time or with another result. */
  void warmedUp(Decision decision) {
    write(decision, Optional.empty(), Optional.empty());
  }

  /** A peer was answered. */
  void answered(Peer peer, Decision decision) {
    write(decision, decision.request().pod(), Optional.of(peer));
  }

  private void write(Decision decision, Optional<PodIdentity> pod, Optional<Peer> peer) {
    boolean isTrusted = decision.verdict().outcome() == Outcome.TRUSTED;
    LoggingEventBuilder line = isTrusted ? LOG.atInfo() : LOG.atWarn();
    line = line.addMarker(markers.get(decision.verdict().reason()));
    StringBuilder sentence = new StringBuilder(512);
    line = tellDecision(line, sentence, decision);
    if (pod.isPresent()) {
      line = tellPod(line, sentence, pod.get());
    }
    if (peer.isPresent()) {
      line = tellPeer(line, sentence, peer.get());
    }
    sentence.append(": ").append(decision.verdict().reason());
    if (!isTrusted) {
      sentence.append(": ").append(Untrusted.line(decision.message()));
      line = line.addKeyValue("KERNELGATE_REMEDY", decision.verdict().reason().remedy());
    }
    line.log(sentence.toString());
  }

  private static LoggingEventBuilder tellDecision(
      LoggingEventBuilder line, StringBuilder sentence, Decision decision) {
    boolean isLetPass = decision.verdict().outcome() != Outcome.TRUSTED && decision.mayBoot();
    sentence
        .append(decision.verdict().outcome())
        .append(isLetPass ? " but not enforced: " : " ")
        .append(decision.kernel());
    LoggingEventBuilder told =
        line.addKeyValue("KERNELGATE_VERDICT", decision.verdict().outcome())
            .addKeyValue("KERNELGATE_REASON", decision.verdict().reason())
            .addKeyValue("KERNELGATE_BOOT", decision.mayBoot())
            .addKeyValue("KERNELGATE_IMAGE", Untrusted.line(decision.image()));
    return decision.digest().isPresent()
        ? told.addKeyValue("KERNELGATE_DIGEST", decision.digest().get())
        : told;
  }

  private static LoggingEventBuilder tellPod(
      LoggingEventBuilder line, StringBuilder sentence, PodIdentity pod) {
    String namespace = Untrusted.line(pod.namespace());
    String name = Untrusted.line(pod.name());
    sentence.append(" for pod ").append(namespace).append('/').append(name);
    LoggingEventBuilder told =
        line.addKeyValue("POD_NAMESPACE", namespace).addKeyValue("POD_NAME", name);
    return pod.uid().isEmpty() ? told : told.addKeyValue("POD_UID", Untrusted.line(pod.uid()));
  }

  private static LoggingEventBuilder tellPeer(
      LoggingEventBuilder line, StringBuilder sentence, Peer peer) {
    sentence.append(", asked by pid ").append(peer.pid()).append(" of uid ").append(peer.uid());
    return line.addKeyValue("PEER_UID", peer.uid()).addKeyValue("PEER_PID", peer.pid());
  }
}
