// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.verdict.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The node condition {@code ZoneKernelsVerified}: whether every pod's kernel is trusted.
 *
 * @param status {@code True}, {@code False} when one is rejected, else {@code Unknown}
 * @param reason one word for the status
 * @param message counts the pods and names the first that are not trusted
 */
public record NodeCondition(String status, String reason, String message) {

  /** The condition's type. */
  public static final String TYPE = "ZoneKernelsVerified";

  private static final int MOST_NAMED = 5;

  /** The condition of a node with these pods; a pod that is not judged yet leaves it open. */
  public static NodeCondition of(List<PodVerdict> pods) {
    long rejected = count(pods, Outcome.REJECTED);
    long undetermined = count(pods, Outcome.UNDETERMINED);
    if (rejected > 0) {
      return new NodeCondition("False", "KernelsRejected", message(pods));
    }
    return undetermined > 0
        ? new NodeCondition("Unknown", "KernelsUndetermined", message(pods))
        : new NodeCondition("True", "KernelsTrusted", message(pods));
  }

  /** As Kubernetes writes conditions. */
  public Map<String, Object> toFields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", TYPE);
    fields.put("status", status);
    fields.put("reason", reason);
    fields.put("message", message);
    return fields;
  }

  private static String message(List<PodVerdict> pods) {
    long trusted = count(pods, Outcome.TRUSTED);
    String counts = "%d of %d pods ask for a trusted kernel".formatted(trusted, pods.size());
    List<String> others =
        pods.stream()
            .filter(pod -> pod.outcome() != Outcome.TRUSTED)
            .limit(MOST_NAMED)
            .map(pod -> pod.pod().qualifiedName() + " (" + pod.reason() + ")")
            .toList();
    return others.isEmpty() ? counts : counts + "; not: " + String.join(", ", others);
  }

  private static long count(List<PodVerdict> pods, Outcome outcome) {
    return pods.stream().filter(pod -> pod.outcome() == outcome).count();
  }
}
