// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.verdict.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How users share the checks among them. */
@Timeout(20)
final class FairSharesTest {

  private static final Asker NOISY = new Asker.User(1001);
  private static final Asker QUIET = new Asker.User(1002);

  private final CountDownLatch release = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    release.countDown();
    threads.shutdownNow();
  }

  private CheckSlots slots(int concurrent) {
    return new CheckSlots(threads, System::nanoTime, Duration.ofMinutes(1), concurrent, 64);
  }

  private CompletableFuture<SharedWork.Outcome<String>> slow(CheckSlots slots, Asker asker) {
    return slots.start(
        asker,
        _ -> {
          await(release);
          return "done";
        });
  }

  @Test
  void aUserWithManyChecksWaitsInItsOwnLaneAndOthersAreServed() {
    CheckSlots slots = slots(4);
    List<CompletableFuture<SharedWork.Outcome<String>>> noisy =
        Stream.generate(() -> slow(slots, NOISY)).limit(40).toList();

    assertThat(slots.start(QUIET, _ -> "served").join())
        .isEqualTo(new SharedWork.Outcome.Done<>("served"));
    assertThat(noisy).noneMatch(CompletableFuture::isDone);
    release.countDown();
    assertThat(noisy)
        .allSatisfy(
            check -> assertThat(check.join()).isEqualTo(new SharedWork.Outcome.Done<>("done")));
    assertThat(slots.admittedNow()).isZero();
  }

  @Test
  void aUserIsRefusedAtOnceBeyondItsShareOfThePlacesAndOthersAreNot() {
    CheckSlots slots = slots(4);
    List<CompletableFuture<SharedWork.Outcome<String>>> noisy =
        Stream.generate(() -> slow(slots, NOISY)).limit(60).toList();

    assertThat(noisy.subList(0, 51)).noneMatch(CompletableFuture::isDone);
    assertThat(noisy.subList(51, 60)).allSatisfy(refused -> assertOverloaded(refused.join()));
    assertThat(slots.start(QUIET, _ -> "served").join())
        .isEqualTo(new SharedWork.Outcome.Done<>("served"));
  }

  @Test
  void aShareIsFreeAgainWhenTheCheckHasEnded() {
    CheckSlots slots = new CheckSlots(threads, System::nanoTime, Duration.ofMinutes(1), 1, 0);
    CompletableFuture<SharedWork.Outcome<String>> first = slow(slots, NOISY);
    assertOverloaded(slow(slots, NOISY).join());
    release.countDown();
    first.join();

    assertThat(slots.start(NOISY, _ -> "again").join())
        .isEqualTo(new SharedWork.Outcome.Done<>("again"));
    assertThat(slots.admittedNow()).isZero();
  }

  private static void assertOverloaded(SharedWork.Outcome<String> outcome) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            SharedWork.Outcome.Failed.class,
            failed -> assertThat(failed.problem().reason()).isEqualTo(Reason.OVERLOADED));
  }

  @Test
  void theNodeItselfIsBoundByTheSlotsOnly() {
    CheckSlots slots = slots(2);
    assertThat(Stream.generate(() -> slow(slots, new Asker.Node())).limit(66).toList())
        .noneMatch(CompletableFuture::isDone);
    assertThat(slow(slots, new Asker.Node())).isDone();
    assertThat(slots.admittedNow()).isEqualTo(66);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
