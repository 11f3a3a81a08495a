// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.ahead;

import dev.kernelgate.chore.Chores;
import dev.kernelgate.chore.Turns;
import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.ledger.Ledger;
import dev.kernelgate.policy.Policy;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.KernelVerifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * Verifies images that no pod asks for yet, and keeps what was found out fresh, so that the first
 * launcher finds an answer. Each image is looked at by a thread of its own, so that one registry
 * keeps no other waiting; the verifier bounds how many of them work.
 */
public final class WarmUp {

  /** Between two looks at an image. */
  static final Duration LOOK = Duration.ofSeconds(1);

  private final KernelVerifier verifier;
  private final Ledger ledger;
  private final LongSupplier nanoTime;
  private final Pace pace;
  private final List<AskedKernel> kernels;
  private final ConcurrentMap<AskedKernel, Decision> latest = new ConcurrentHashMap<>();
  private final Turns<AskedKernel> turns;

  /** Has judged nothing yet. */
  public WarmUp(
      List<AskedKernel> kernels,
      KernelVerifier verifier,
      Ledger ledger,
      LongSupplier nanoTime,
      Pace pace) {
    this.kernels = List.copyOf(kernels);
    this.verifier = verifier;
    this.ledger = ledger;
    this.nanoTime = nanoTime;
    this.turns = new Turns<>(nanoTime);
    this.pace = pace;
  }

  /**
   * What is to be kept fresh: the images, and the default kernel where it takes a registry to judge
   * it.
   */
  public static List<AskedKernel> kernelsOf(List<String> images, Policy policy) {
    List<AskedKernel> kernels = new ArrayList<>();
    images.forEach(image -> kernels.add(new AskedKernel.Image(image)));
    if (!policy.defaultKernel().images().isEmpty()) {
      kernels.add(new AskedKernel.NodeDefault());
    }
    return kernels;
  }

  /** Keeps each kernel fresh from now on. */
  public void start(Chores chores) {
    kernels.forEach(kernel -> chores.every(LOOK, "warm-up of " + kernel, () -> look(kernel)));
  }

  /** The latest decision on each kernel that has one, in the order of the configuration. */
  public List<Map<String, Object>> toFields() {
    return kernels.stream()
        .map(latest::get)
        .flatMap(decision -> Optional.ofNullable(decision).stream())
        .map(Decision::toFields)
        .toList();
  }

  /** Judges every kernel again with the next look: what it is judged by has changed. */
  public void judgeAnew() {
    turns.anew();
  }

  /** Judges a kernel if it is time. */
  void look(AskedKernel kernel) {
    Optional<Integer> round = turns.due(kernel);
    if (round.isPresent()) {
      Decision decision = judge(kernel);
      turns.done(kernel, round.get(), pace.after(decision));
    }
  }

  private Decision judge(AskedKernel kernel) {
    long since = nanoTime.getAsLong();
    Decision decision =
        verifier.verify(
            new KernelRequest(kernel, Optional.empty(), Optional.empty()),
            Deadline.after(pace.budget(), nanoTime));
    Optional<Decision> before = Optional.ofNullable(latest.put(kernel, decision));
    ledger.warmedUp(before, decision, Duration.ofNanos(nanoTime.getAsLong() - since));
    return decision;
  }
}
