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
 * @param before what it asked for when it was booted or first judged, where that is something else
 */
public record PodVerdict(
    PodIdentity pod,
    AskedKernel kernel,
    Optional<Decision> decision,
    Optional<BootRecord> boot,
    Optional<AskedKernel> before) {

  /** A pod that is not judged yet. */
  public PodVerdict(PodIdentity pod, AskedKernel kernel) {
    this(pod, kernel, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** A pod that is not judged yet, of which a note tells what it was booted from. */
  static PodVerdict noted(PodIdentity pod, AskedKernel kernel, PodBoot note) {
    return new PodVerdict(
            pod, note.asked(), Optional.empty(), Optional.of(note.boot()), Optional.empty())
        .askingFor(kernel);
  }

  /**
   * The pod when it asks for this. Its zone runs what it was booted with, so what it was judged for
   * first is not forgotten. Without a uid it is not known to be the same pod.
   */
  PodVerdict askingFor(AskedKernel now) {
    if (now.equals(kernel)) {
      return this;
    }
    boolean isNew = pod.uid().isEmpty() || (decision.isEmpty() && boot.isEmpty());
    return isNew && before.isEmpty()
        ? new PodVerdict(pod, now)
        : new PodVerdict(
            pod,
            now,
            Optional.empty(),
            boot,
            Optional.of(before.orElse(kernel)).filter(first -> !first.equals(now)));
  }

  /** The pod with the decision on what it asks for. */
  PodVerdict judged(Decision latest, Optional<BootRecord> booted) {
    return new PodVerdict(pod, kernel, Optional.of(latest), boot.or(() -> booted), before);
  }

  /**
   * The pod whose zone boots by this decision: what it asked for before is over.
   *
   * @param booted what it boots from; empty where no image is known
   */
  PodVerdict launched(Decision latest, Optional<BootRecord> booted) {
    return new PodVerdict(
        pod,
        kernel,
        Optional.of(latest),
        before.isPresent() ? booted : booted.or(this::boot),
        Optional.empty());
  }

  /** Whether it may run something else than what it asks for now. */
  public Optional<AskedKernel> mayRun() {
    return boot.filter(record -> record.certainty() == BootRecord.Certainty.LAUNCHED).isPresent()
        ? Optional.empty()
        : before;
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
    return boot.flatMap(record -> PodBoot.of(pod, before.orElse(kernel), record));
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
    fields.put("kernelBefore", before);
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
