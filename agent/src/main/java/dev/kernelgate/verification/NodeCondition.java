// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.Reason;
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

  /**
   * Counts the pods, names the worst that are not trusted, the rejected before the open, and says
   * what to do about their reasons. There is always room for what to do about the first.
   */
  private static String message(List<PodVerdict> pods) {
    List<PodVerdict> others =
        pods.stream()
            .filter(pod -> pod.outcome() != Outcome.TRUSTED)
            .sorted(Comparator.comparing(PodVerdict::outcome))
            .toList();
    StringBuilder message = new StringBuilder();
    message.append(pods.size() - others.size()).append(" of ").append(pods.size());
    message.append(" pods ask for a trusted kernel");
    if (!others.isEmpty()) {
      int room = MAX_MESSAGE - remedy(others.getFirst().reason()).length();
      int named = appendNames(message, others, room - ROOM_FOR_THE_REST);
      if (named < others.size()) {
        message.append(" and ").append(others.size() - named).append(" more");
      }
      appendRemedies(message, others);
    }
    return message.toString();
  }

  /** Names as many as there is room for, and returns how many. */
  private static int appendNames(StringBuilder message, List<PodVerdict> others, int room) {
    int named = 0;
    while (named < Math.min(others.size(), MOST_NAMED)) {
      String next = (named == 0 ? "; not: " : ", ") + named(others.get(named));
      if (message.length() + next.length() > room) {
        break;
      }
      message.append(next);
      named++;
    }
    return named;
  }

  private static void appendRemedies(StringBuilder message, List<PodVerdict> others) {
    others.stream()
        .limit(MOST_NAMED)
        .map(PodVerdict::reason)
        .distinct()
        .map(NodeCondition::remedy)
        .filter(next -> message.length() + next.length() <= MAX_MESSAGE)
        .forEach(message::append);
  }

  private static String named(PodVerdict pod) {
    String kernel = pod.decision().map(known -> ", " + known.kernel()).orElse("");
    return pod.pod().qualifiedName() + " (" + pod.reason() + kernel + ")";
  }

  private static String remedy(Reason reason) {
    return ". " + reason + ": " + reason.remedy().substring(0, reason.remedy().length() - 1);
  }
}
