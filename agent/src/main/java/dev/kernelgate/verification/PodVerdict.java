// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.BootRecord;
import dev.kernelgate.kernel.PodBoot;
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
 * @param boot what it was booted from, once that is known or presumed
 */
public record PodVerdict(
    PodIdentity pod, AskedKernel kernel, Optional<Decision> decision, Optional<BootRecord> boot) {

  /** A pod that is not judged yet. */
  public PodVerdict(PodIdentity pod, AskedKernel kernel) {
    this(pod, kernel, Optional.empty(), Optional.empty());
  }

  /** The decision's reason; {@code Pending} before there is one. */
  public Reason reason() {
    return decision.map(known -> known.verdict().reason()).orElse(Reason.PENDING);
  }

  /** Whether the registry's tag names another kernel by now than the one that boots or runs. */
  public boolean hasDrifted() {
    return decision.flatMap(Decision::registryDigest).isPresent();
  }

  /** What is to be noted of its boot, where that is worth a note. */
  Optional<PodBoot> note() {
    return boot.flatMap(record -> PodBoot.of(pod, kernel, record));
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
    fields.put("bootRecord", boot.map(PodVerdict::bootFields));
    return fields;
  }

  private static Map<String, Object> bootFields(BootRecord boot) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("image", boot.image());
    fields.put("digest", boot.digest());
    fields.put("since", boot.since());
    fields.put("launched", boot.certainty() == BootRecord.Certainty.LAUNCHED);
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
