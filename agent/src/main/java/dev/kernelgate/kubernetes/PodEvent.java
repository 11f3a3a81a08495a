// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verification.Decision;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/** An event about a pod's kernel, as events.k8s.io/v1 wants it. */
record PodEvent(PodIdentity pod, Decision decision, Instant time) {

  /** Longest note that the API server takes. */
  static final int MAX_NOTE = 1024;

  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** The API server adds five characters and makes names of 63. */
  private static final int MAX_NAME = 57;

  private static final int MAX_INSTANCE = 128;

  /** What makes two events the same. */
  String sameness() {
    return pod.uid()
        + " "
        + pod.qualifiedName()
        + " "
        + decision.verdict().reason()
        + decision.digest().map(digest -> " " + digest).orElse("");
  }

  /**
   * The event's members.
   *
   * @param node the name of this agent's node
   * @param held how many of the same were held back before it
   */
  Map<String, Object> toFields(String node, int held) {
    boolean isGood = decision.verdict().outcome() == Outcome.TRUSTED;
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("apiVersion", "events.k8s.io/v1");
    fields.put("kind", "Event");
    fields.put("metadata", Map.of("namespace", pod.namespace(), "generateName", generateName()));
    fields.put("eventTime", MICROSECONDS.format(time));
    fields.put("type", isGood ? "Normal" : "Warning");
    fields.put("reason", reason());
    fields.put("action", "JudgeKernel");
    fields.put("note", note(held));
    fields.put("reportingController", "kernelgate.dev/agent");
    fields.put("reportingInstance", cut("kernelgate-" + node, MAX_INSTANCE));
    fields.put("regarding", regarding());
    return fields;
  }

  private Map<String, Object> regarding() {
    return Map.of(
        "apiVersion", "v1",
        "kind", "Pod",
        "namespace", pod.namespace(),
        "name", pod.name(),
        "uid", pod.uid());
  }

  private String reason() {
    return switch (decision.verdict().outcome()) {
      case TRUSTED -> "KernelVerified";
      case REJECTED -> "KernelRejected";
      case UNDETERMINED -> "KernelUndetermined";
    };
  }

  /** The remedy matters most to who reads it, so it is the message that gives way. */
  private String note(int held) {
    String end =
        decision.verdict().outcome() == Outcome.TRUSTED
            ? ""
            : " " + decision.verdict().reason().remedy() + notEnforced();
    String again = held == 0 ? "" : " (" + held + " more like this were not sent.)";
    String start = decision.verdict().reason() + ": " + decision.message();
    return cut(
        cut(start, Math.max(0, MAX_NOTE - end.length() - again.length())) + end + again, MAX_NOTE);
  }

  private String notEnforced() {
    return decision.mayBoot() ? " It is not enforced: the kernel may boot." : "";
  }

  private String generateName() {
    return cut(pod.name(), MAX_NAME).replaceAll("[^a-z0-9]+$", "") + "-";
  }

  private static String cut(String text, int length) {
    return text.length() > length ? text.substring(0, length) : text;
  }
}
