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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Verifies images that no pod asks for yet, and keeps what was found out fresh, so that the first
 * launcher finds an answer. Each image has a virtual thread of its own, so that one registry keeps
 * no other waiting; the verifier bounds how many of them work.
 */
final class WarmUp implements AutoCloseable {

  private final KernelVerifier verifier;
  private final Ledger ledger;
  private final Surroundings surroundings;
  private final PodJudge.Pace pace;
  private final CountDownLatch end = new CountDownLatch(1);
  private final List<String> images;
  private final List<Thread> threads;
  private final ConcurrentMap<String, Decision> latest = new ConcurrentHashMap<>();

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
    this.threads =
        images.stream()
            .map(image -> Thread.ofVirtual().name("warm-up").unstarted(() -> keepFresh(image)))
            .toList();
  }

  void start() {
    threads.forEach(Thread::start);
  }

  @Override
  public void close() {
    end.countDown();
    threads.forEach(Thread::interrupt);
  }

  /** The latest decision on each image that has one, in the order of the configuration. */
  List<Map<String, Object>> toFields() {
    return images.stream()
        .map(latest::get)
        .flatMap(decision -> Optional.ofNullable(decision).stream())
        .map(Decision::toFields)
        .toList();
  }

  /** Judges one image once and takes note of what came of it. */
  Decision judge(String image) {
    long since = surroundings.nanoTime().getAsLong();
    Decision decision =
        verifier.verify(KernelRequest.image(image), surroundings.deadlineIn(pace.budget()));
    Optional<Decision> before = Optional.ofNullable(latest.put(image, decision));
    ledger.warmedUp(
        before, decision, Duration.ofNanos(surroundings.nanoTime().getAsLong() - since));
    return decision;
  }

  private void keepFresh(String image) {
    try {
      Decision decision;
      do {
        decision = judge(image);
      } while (!end.await(pace.nanosAfter(decision), TimeUnit.NANOSECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
