// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.BootRecord;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.PodBoot;
import dev.kernelgate.kernel.PodIdentity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Remembers the latest answers, to be looked at and never to be decided upon: one for each digest,
 * up to a bound, the longest unasked forgotten first; and one for each pod that the node has now.
 * Safe for concurrent use.
 */
public final class VerdictBook {

  /** Digests that are remembered. */
  public static final int MAX_DIGESTS = 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Digest, Decision> byDigest = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<PodIdentity, PodVerdict> byPod = new LinkedHashMap<>();

  /** Notes of another agent, by uid; each until its pod is seen, or is known to be gone. */
  private final Map<String, PodBoot> noted = new LinkedHashMap<>();

  private boolean arePodsKnown;

  /** {@code ZoneKernelsVerified} of the node as it is known now. */
  public NodeCondition condition() {
    lock.lock();
    try {
      return arePodsKnown
          ? NodeCondition.of(List.copyOf(byPod.values()))
          : NodeCondition.ofUnknownPods();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes these the node's pods, in this order. Pods that are not among them are forgotten; a pod
   * that asks for another kernel than before is not judged yet, and may still run that of before.
   */
  public void replacePods(Map<PodIdentity, AskedKernel> pods) {
    lock.lock();
    try {
      arePodsKnown = true;
      Map<PodIdentity, PodVerdict> before = Map.copyOf(byPod);
      byPod.clear();
      pods.forEach(
          (pod, kernel) ->
              byPod.put(pod, asking(pod, kernel, Optional.ofNullable(before.get(pod)))));
      pods.keySet().forEach(pod -> noted.remove(pod.uid()));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes over what an agent before this one noted. A pod is judged by what it booted, like any
   * other pod that runs; nothing is trusted for a note.
   */
  public void restore(List<PodBoot> boots) {
    lock.lock();
    try {
      boots.forEach(boot -> noted.put(boot.uid(), boot));
    } finally {
      lock.unlock();
    }
  }

  /** The pods that are known are all there are: notes about others are dropped. */
  public void forgetOtherPods() {
    lock.lock();
    try {
      noted.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Notes for the next agent: of the node's pods, then of those that may still be seen. */
  public List<PodBoot> boots() {
    List<PodVerdict> known;
    List<PodBoot> others;
    lock.lock();
    try {
      known = List.copyOf(byPod.values());
      others = List.copyOf(noted.values());
    } finally {
      lock.unlock();
    }
    return Stream.concat(known.stream().flatMap(pod -> pod.note().stream()), others.stream())
        .toList();
  }

  /**
   * Remembers an answer. It becomes a pod's when it names the pod, the pod is known, and it answers
   * what the pod itself asks for: nobody can put another kernel's verdict beside a pod.
   */
  public void record(Decision decision) {
    record(decision, BootRecord.Certainty.PRESUMED);
  }

  /**
   * Remembers what a launcher was told, as {@link #record(Decision)} does. If it may boot, this is
   * what the pod boots from.
   */
  public void recordLaunch(Decision decision) {
    record(decision, BootRecord.Certainty.LAUNCHED);
  }

  /**
   * Forgets the answers about digests, which were given under rules that are no longer in force.
   */
  public void forgetVerdicts() {
    lock.lock();
    try {
      byDigest.clear();
    } finally {
      lock.unlock();
    }
  }

  /** The latest answer about a digest. */
  public Optional<Decision> verdict(Digest digest) {
    lock.lock();
    try {
      return Optional.ofNullable(byDigest.get(digest));
    } finally {
      lock.unlock();
    }
  }

  /** The latest answer about each digest, the most recent last. */
  public List<Decision> verdicts() {
    lock.lock();
    try {
      return List.copyOf(byDigest.values());
    } finally {
      lock.unlock();
    }
  }

  /** The node's pods, in the order they were given. */
  public List<PodVerdict> pods() {
    lock.lock();
    try {
      return List.copyOf(byPod.values());
    } finally {
      lock.unlock();
    }
  }

  private void remember(Digest digest, Decision decision) {
    byDigest.put(digest, decision);
    if (byDigest.size() > MAX_DIGESTS) {
      byDigest.remove(byDigest.keySet().iterator().next());
    }
  }

  private void record(Decision made, BootRecord.Certainty certainty) {
    Decision decision = made.withoutTrace();
    lock.lock();
    try {
      decision.digest().ifPresent(digest -> remember(digest, decision));
      decision
          .request()
          .pod()
          .map(byPod::get)
          .filter(known -> known.kernel().equals(decision.request().kernel()))
          .ifPresent(known -> byPod.put(known.pod(), judged(known, decision, certainty)));
      if (certainty == BootRecord.Certainty.LAUNCHED && decision.mayBoot()) {
        decision.request().pod().ifPresent(pod -> noteLaunch(pod, decision));
      }
    } finally {
      lock.unlock();
    }
  }

  /** A pod that boots anew before the pods are known; its note is about what no longer runs. */
  private void noteLaunch(PodIdentity pod, Decision decision) {
    if (noted.remove(pod.uid()) != null) {
      booted(decision, BootRecord.Certainty.LAUNCHED)
          .flatMap(boot -> PodBoot.of(pod, decision.request().kernel(), boot))
          .ifPresent(note -> noted.put(note.uid(), note));
    }
  }

  private static PodVerdict judged(
      PodVerdict known, Decision decision, BootRecord.Certainty certainty) {
    return switch (certainty) {
      case LAUNCHED ->
          decision.mayBoot()
              ? known.launched(decision, booted(decision, certainty))
              : known.judged(decision, Optional.empty());
      case PRESUMED -> known.judged(decision, booted(decision, certainty));
    };
  }

  /** Nothing is booted from what is no image, or was not found. */
  private static Optional<BootRecord> booted(Decision decision, BootRecord.Certainty certainty) {
    return decision
        .digest()
        .flatMap(
            digest ->
                BootName.parse(decision.image()) instanceof BootName.Image(KernelReference image)
                    ? Optional.of(new BootRecord(image, digest, decision.decidedAt(), certainty))
                    : Optional.empty());
  }

  private PodVerdict asking(PodIdentity pod, AskedKernel kernel, Optional<PodVerdict> known) {
    return known
        .or(() -> note(pod).map(note -> PodVerdict.noted(pod, kernel, note)))
        .map(verdict -> verdict.askingFor(kernel))
        .orElseGet(() -> new PodVerdict(pod, kernel));
  }

  private Optional<PodBoot> note(PodIdentity pod) {
    return Optional.ofNullable(noted.get(pod.uid()));
  }
}
