// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * Bounds how much checking goes on: so many at once, so many waiting, and what is beyond is refused
 * at once. One user may have at most three quarters of what can run under way, whatever the
 * deadlines of the questions were, so that a noisy one finds the others' slots closed. Safe for any
 * thread.
 */
public final class CheckSlots {

  private static final Duration COME_BACK = Duration.ofSeconds(1);

  private final Executor executor;
  private final LongSupplier nanoTime;
  private final Duration budget;
  private final int capacity;
  private final Semaphore running;
  private final Semaphore admitted;
  private final int mostOfOneUser;
  private final ConcurrentMap<Asker, Integer> underWay = new ConcurrentHashMap<>();

  /**
   * Slots, all free.
   *
   * @param executor starts a thread for each piece of work that is admitted; virtual ones
   * @param nanoTime the monotonic clock
   * @param budget how long one piece of work may take once it runs
   * @param concurrent how many run at once
   * @param waiting how many more may wait for their turn
   */
  public CheckSlots(
      Executor executor, LongSupplier nanoTime, Duration budget, int concurrent, int waiting) {
    this.executor = executor;
    this.nanoTime = nanoTime;
    this.budget = budget;
    this.running = new Semaphore(concurrent, true);
    this.capacity = concurrent + waiting;
    this.admitted = new Semaphore(capacity);
    this.mostOfOneUser = Math.max(1, concurrent * 3 / 4);
  }

  /** Pieces of work that run or wait now. */
  public int admittedNow() {
    return capacity - admitted.availablePermits();
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }

  /**
   * Starts the work, or refuses it at once with {@code Overloaded}. The future always completes
   * with an outcome.
   */
  <V> CompletableFuture<SharedWork.Outcome<V>> start(Asker asker, SharedWork.Work<V> work) {
    if (!isWithinShare(asker)) {
      return refused("this user has " + mostOfOneUser + " checks under way");
    }
    if (!admitted.tryAcquire()) {
      giveBack(asker);
      return refused("too many checks are waiting");
    }
    return CompletableFuture.supplyAsync(() -> runInTurn(asker, work), executor);
  }

  private boolean isWithinShare(Asker asker) {
    int count = underWay.merge(asker, 1, Integer::sum);
    return switch (asker) {
      case Asker.Node _ -> true;
      case Asker.User _ -> {
        if (count > mostOfOneUser) {
          giveBack(asker);
        }
        yield count <= mostOfOneUser;
      }
    };
  }

  private void giveBack(Asker asker) {
    underWay.computeIfPresent(asker, (_, count) -> count == 1 ? null : count - 1);
  }

  private static <V> CompletableFuture<SharedWork.Outcome<V>> refused(String detail) {
    return CompletableFuture.completedFuture(
        new SharedWork.Outcome.Failed<>(
            new Problem(Reason.OVERLOADED, detail, Optional.of(COME_BACK))));
  }

  private <V> SharedWork.Outcome<V> runInTurn(Asker asker, SharedWork.Work<V> work) {
    running.acquireUninterruptibly();
    try {
      return new SharedWork.Outcome.Done<>(work.run(Deadline.after(budget, nanoTime)));
    } catch (ProblemException e) {
      return new SharedWork.Outcome.Failed<>(e.problem());
    } catch (RuntimeException | StackOverflowError e) {
      return new SharedWork.Outcome.Failed<>(Problem.unexpected(e));
    } finally {
      running.release();
      admitted.release();
      giveBack(asker);
    }
  }
}
