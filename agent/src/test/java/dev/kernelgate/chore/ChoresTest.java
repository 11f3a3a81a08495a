// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.chore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ChoresTest {

  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final List<List<String>> told = new CopyOnWriteArrayList<>();
  private final AtomicInteger turns = new AtomicInteger();
  private final Chores chores = new Chores(told::add);

  /** What a step throws; nothing, where it is not there. */
  private volatile Supplier<RuntimeException> failure = () -> new IllegalStateException("broken");

  @AfterEach
  void close() {
    chores.close();
  }

  @Test
  void aStepThatThrowsIsDoneAgainAndIsToldOnce() {
    chores.every(AT_ONCE, "pods", this::fail);

    turnsPass(10);

    assertThat(told).hasSize(1);
    assertThat(told.getFirst())
        .containsExactly("'pods' fails again and again: 'java.lang.IllegalStateException: broken'");
  }

  @Test
  void anotherNumberInTheMessageIsNoNewsAndAnotherFailureIs() {
    failure = () -> new IllegalStateException("at turn " + turns);
    chores.every(AT_ONCE, "pods", this::fail);
    turnsPass(10);
    assertThat(told).hasSize(1);

    failure = () -> new IllegalArgumentException("another");

    Eventually.holds("the other failure is told", () -> told.size() == 2);
    assertThat(told.getLast().getFirst()).contains("IllegalArgumentException: another");
  }

  @Test
  void theProblemIsGoneWhenAStepWorksAgain() {
    CountDownLatch mended = new CountDownLatch(1);
    chores.every(
        AT_ONCE,
        "pods",
        () -> {
          if (mended.getCount() > 0) {
            throw new IllegalStateException("broken");
          }
        });
    Eventually.holds("it is told", () -> !told.isEmpty());

    mended.countDown();

    Eventually.holds("the end of it is told", () -> told.getLast().isEmpty());
  }

  @Test
  void oneThatFailsKeepsNoOtherFromItsTurn() {
    chores.every(AT_ONCE, "broken", this::fail);
    CountDownLatch worked = new CountDownLatch(10);
    chores.every(AT_ONCE, "sound", worked::countDown);
    Eventually.holds("the other has worked", () -> worked.getCount() == 0);
    assertThat(told.getLast()).hasSize(1).first().asString().startsWith("'broken'");
  }

  @Test
  void anInterruptThatNobodyMeantEndsNothing() {
    chores.every(
        AT_ONCE,
        "pods",
        () -> {
          turns.incrementAndGet();
          Thread.currentThread().interrupt();
        });
    turnsPass(10);
  }

  @Test
  void anErrorEndsItsChoreAndIsToldForGood() {
    chores.every(
        AT_ONCE,
        "pods",
        () -> {
          turns.incrementAndGet();
          throw new AssertionError("nobody expected this");
        });
    Eventually.holds("it is told", () -> !told.isEmpty());
    CountDownLatch worked = new CountDownLatch(10);
    chores.every(AT_ONCE, "sound", worked::countDown);
    Eventually.holds("time has passed", () -> worked.getCount() == 0);
    assertThat(turns).hasValue(1);
    assertThat(told.getLast()).hasSize(1);
  }

  @Test
  void theEndInterruptsAStepThatHangsAndIsNoFailure() {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    chores.every(
        AT_ONCE,
        "pods",
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } finally {
            ended.countDown();
          }
        });
    Eventually.holds("it hangs", () -> begun.getCount() == 0);

    chores.close();

    assertThat(ended.getCount()).isZero();
    assertThat(told).isEmpty();
  }

  private void fail() {
    turns.incrementAndGet();
    throw failure.get();
  }

  private void turnsPass(int count) {
    int until = turns.get() + count;
    Eventually.holds(count + " turns pass", () -> turns.get() >= until);
  }
}
