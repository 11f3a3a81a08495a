// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.KernelVerifier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Verifies images that no pod asks for yet, and keeps what was found out fresh, so that the first
 * launcher finds an answer. Each image is looked at by a thread of its own, so that one registry
 * keeps no other waiting; the verifier bounds how many of them work.
 */
final class WarmUp {

  /** Between two looks at an image. */
  static final Duration LOOK = Duration.ofSeconds(1);

  private final KernelVerifier verifier;
  private final Ledger ledger;
  private final Surroundings surroundings;
  private final PodJudge.Pace pace;
  private final List<String> images;
  private final ConcurrentMap<String, Decision> latest = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Long> dueNanos = new ConcurrentHashMap<>();

  WarmUp(
      List<String> images,
      KernelVerifier verifier,
      Ledger ledger,
      Surroundings surroundings,
      PodJudge.Pace pace) {
    this.images = List.copyOf(images);
    this.verifier = verifier;
    this.ledger = ledger;
    this.surroundings = surroundings;
    this.pace = pace;
  }

  /** Keeps each image fresh from now on. */
  void start(Chores chores) {
    images.forEach(image -> chores.every(LOOK, "warm-up of " + image, () -> look(image)));
  }

  /** The latest decision on each image that has one, in the order of the configuration. */
  List<Map<String, Object>> toFields() {
    return images.stream()
        .map(latest::get)
        .flatMap(decision -> Optional.ofNullable(decision).stream())
        .map(Decision::toFields)
        .toList();
  }

  /** Judges an image if it is time. */
  void look(String image) {
    long now = surroundings.nanoTime().getAsLong();
    Optional<Long> due = Optional.ofNullable(dueNanos.get(image));
    if (due.filter(then -> then - now > 0).isEmpty()) {
      Decision decision = judge(image, now);
      dueNanos.put(image, surroundings.nanoTime().getAsLong() + pace.nanosAfter(decision));
    }
  }

  private Decision judge(String image, long since) {
    Decision decision =
        verifier.verify(KernelRequest.image(image), surroundings.deadlineIn(pace.budget()));
    Optional<Decision> before = Optional.ofNullable(latest.put(image, decision));
    ledger.warmedUp(
        before, decision, Duration.ofNanos(surroundings.nanoTime().getAsLong() - since));
    return decision;
  }
}
