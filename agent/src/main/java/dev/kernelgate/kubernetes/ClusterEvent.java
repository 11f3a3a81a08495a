// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.NodeCondition;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An event as events.k8s.io/v1 wants it.
 *
 * @param subject what it is about
 * @param type {@code Normal} or {@code Warning}
 * @param sameness tells events of the same subject and reason apart that are not the same
 * @param time when it happened; no two events of an agent have the same
 */
record ClusterEvent(
    Subject subject,
    String type,
    String reason,
    String action,
    String note,
    String sameness,
    Instant time) {

  /** Longest note that the API server takes. */
  static final int MAX_NOTE = 1024;

  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** A name may have 253 characters; the time takes 17 of them. */
  private static final int MAX_NAME = 236;

  private static final int MAX_INSTANCE = 128;

  /** What an event is about. */
  sealed interface Subject {

    String name();

    /** The namespace of the event itself. */
    String namespace();

    Map<String, Object> toFields();

    /** A pod; its events are beside it. */
    record OfPod(PodIdentity pod) implements Subject {
      @Override
      public String name() {
        return pod.name();
      }

      @Override
      public String namespace() {
        return pod.namespace();
      }

      @Override
      public Map<String, Object> toFields() {
        return Map.of(
            "apiVersion", "v1",
            "kind", "Pod",
            "namespace", pod.namespace(),
            "name", pod.name(),
            "uid", pod.uid());
      }
    }

    /** The node. Its name is the uid, too: so kubelet writes it, and so kubectl looks for it. */
    record OfNode(String name) implements Subject {
      @Override
      public String namespace() {
        return "default";
      }

      @Override
      public Map<String, Object> toFields() {
        return Map.of("apiVersion", "v1", "kind", "Node", "name", name, "uid", name);
      }
    }
  }

  /** A pod's kernel was judged. */
  static ClusterEvent judged(PodIdentity pod, Decision decision, Instant time) {
    String reason =
        switch (decision.verdict().outcome()) {
          case TRUSTED -> "KernelVerified";
          case REJECTED -> "KernelRejected";
          case UNDETERMINED -> "KernelUndetermined";
        };
    boolean isGood = decision.verdict().outcome() == Outcome.TRUSTED;
    String sameness =
        decision.verdict().reason()
            + decision.digest().map(digest -> " " + digest).orElse("")
            + decision.registryDigest().map(digest -> ", tag now " + digest).orElse("");
    return new ClusterEvent(
        new Subject.OfPod(pod),
        type(isGood),
        reason,
        "JudgeKernel",
        note(decision),
        sameness,
        time);
  }

  /** A condition of the node has another status or reason than before. */
  static ClusterEvent changed(String node, NodeCondition condition, Instant time) {
    return new ClusterEvent(
        new Subject.OfNode(node),
        type(condition.status().equals("True")),
        condition.reason(),
        "Set" + condition.type(),
        cut(condition.type() + " is " + condition.status() + ": " + condition.message(), MAX_NOTE),
        condition.status(),
        time);
  }

  /** What makes two events the same. */
  String key() {
    return String.join(" ", subject.toFields().toString(), type, reason, action, sameness);
  }

  String name() {
    long nanos = time.getEpochSecond() * 1_000_000_000 + time.getNano();
    String stem = cut(subject.name(), MAX_NAME).replaceAll("[^a-z0-9]+$", "");
    return stem + "." + Long.toHexString(nanos);
  }

  /**
   * The event's members.
   *
   * @param node the name of this agent's node
   */
  Map<String, Object> toFields(String node) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("apiVersion", "events.k8s.io/v1");
    fields.put("kind", "Event");
    fields.put("metadata", Map.of("namespace", subject.namespace(), "name", name()));
    fields.put("eventTime", microseconds(time));
    fields.put("type", type);
    fields.put("reason", reason);
    fields.put("action", action);
    fields.put("note", note);
    fields.put("reportingController", "kernelgate.dev/agent");
    fields.put("reportingInstance", cut("kernelgate-" + node, MAX_INSTANCE));
    fields.put("regarding", subject.toFields());
    return fields;
  }

  /** A MicroTime of the API. */
  static String microseconds(Instant time) {
    return MICROSECONDS.format(time);
  }

  private static String type(boolean isGood) {
    return isGood ? "Normal" : "Warning";
  }

  /** The remedy matters most to who reads it, so it is the message that gives way. */
  private static String note(Decision decision) {
    String end =
        decision.verdict().outcome() == Outcome.TRUSTED
            ? ""
            : " " + decision.verdict().reason().remedy() + notEnforced(decision);
    String start =
        decision.verdict().reason() + ": " + decision.kernel() + ": " + decision.message();
    return cut(cut(start, Math.max(0, MAX_NOTE - end.length())) + end, MAX_NOTE);
  }

  private static String notEnforced(Decision decision) {
    return decision.mayBoot() ? " It is not enforced: the kernel may boot." : "";
  }

  private static String cut(String text, int length) {
    return text.length() > length ? text.substring(0, length) : text;
  }
}
