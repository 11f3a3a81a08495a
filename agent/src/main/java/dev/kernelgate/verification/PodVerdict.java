// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.Reason;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A pod of this node and what is known about its kernel.
 *
 * @param pod which pod
 * @param kernel what it asks for
 * @param decision the latest answer; empty until the first check has ended
 */
public record PodVerdict(PodIdentity pod, AskedKernel kernel, Optional<Decision> decision) {

  /** The decision's reason; {@code Pending} before there is one. */
  public Reason reason() {
    return decision.map(known -> known.verdict().reason()).orElse(Reason.PENDING);
  }

  /** The outcome of the reason. */
  public Outcome outcome() {
    return reason().outcome();
  }

  /** The pod's members, then those of the decision; a pod not yet judged says {@code Pending}. */
  public Map<String, Object> toFields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("namespace", pod.namespace());
    fields.put("name", pod.name());
    fields.put("uid", pod.uid());
    fields.put("kernel", kernel);
    decision.ifPresentOrElse(known -> fields.putAll(known.toFields()), () -> addPending(fields));
    return fields;
  }

  private static void addPending(Map<String, Object> fields) {
    Reason pending = Reason.PENDING;
    fields.put("verdict", pending.outcome());
    fields.put("reason", pending);
    fields.put("message", pending.summary());
    fields.put("remedy", pending.remedy());
    fields.put("boot", false);
  }
}
