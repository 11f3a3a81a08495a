// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.verdict.Outcome;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A condition of the node, as Kubernetes has them.
 *
 * @param type what the condition is about
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param reason one word for the status
 * @param message for people, at most {@link #MAX_MESSAGE} characters
 */
public record NodeCondition(String type, String status, String reason, String message) {

  /** The type that says whether every pod's kernel is trusted. */
  public static final String KERNELS_VERIFIED = "ZoneKernelsVerified";

  /** The type that says whether the agent itself can do its work. */
  public static final String GATE = "ZoneKernelGate";

  /** Longest message. */
  public static final int MAX_MESSAGE = 1024;

  private static final int MOST_NAMED = 5;
  private static final int ROOM_FOR_THE_REST = 24;

  public NodeCondition {
    message = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message;
  }

  /**
   * {@code ZoneKernelsVerified} of a node with these pods: {@code False} when one is rejected, else
   * {@code Unknown} while one is open or not judged yet.
   */
  public static NodeCondition of(List<PodVerdict> pods) {
    if (pods.stream().anyMatch(pod -> pod.outcome() == Outcome.REJECTED)) {
      return verified("False", "KernelsRejected", message(pods));
    }
    return pods.stream().anyMatch(pod -> pod.outcome() == Outcome.UNDETERMINED)
        ? verified("Unknown", "KernelsUndetermined", message(pods))
        : verified("True", "KernelsTrusted", message(pods));
  }

  /** {@code ZoneKernelsVerified} of a node whose pods nobody has told yet. */
  static NodeCondition ofUnknownPods() {
    return verified("Unknown", "PodsUnknown", "the pods of the node are not known");
  }

  /** The same condition with another status. */
  public NodeCondition unknown(String newReason, String newMessage) {
    return new NodeCondition(type, "Unknown", newReason, newMessage);
  }

  /** As Kubernetes writes conditions. */
  public Map<String, Object> toFields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", type);
    fields.put("status", status);
    fields.put("reason", reason);
    fields.put("message", message);
    return fields;
  }

  private static NodeCondition verified(String status, String reason, String message) {
    return new NodeCondition(KERNELS_VERIFIED, status, reason, message);
  }

  /** Counts the pods and names the worst that are not trusted: the rejected before the open. */
  private static String message(List<PodVerdict> pods) {
    List<PodVerdict> others =
        pods.stream()
            .filter(pod -> pod.outcome() != Outcome.TRUSTED)
            .sorted(Comparator.comparing(PodVerdict::outcome))
            .toList();
    StringBuilder message = new StringBuilder();
    message.append(pods.size() - others.size()).append(" of ").append(pods.size());
    message.append(" pods ask for a trusted kernel");
    int named = 0;
    while (named < Math.min(others.size(), MOST_NAMED)) {
      String next = (named == 0 ? "; not: " : ", ") + named(others.get(named));
      if (message.length() + next.length() > MAX_MESSAGE - ROOM_FOR_THE_REST) {
        break;
      }
      message.append(next);
      named++;
    }
    if (named < others.size()) {
      message.append(" and ").append(others.size() - named).append(" more");
    }
    return message.toString();
  }

  private static String named(PodVerdict pod) {
    String digest = pod.decision().flatMap(Decision::digest).map(known -> ", " + known).orElse("");
    return pod.pod().qualifiedName() + " (" + pod.reason() + digest + ")";
  }
}
