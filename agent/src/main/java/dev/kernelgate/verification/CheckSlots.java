// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * Bounds how much checking goes on: so many at once, so many waiting, and what is beyond is refused
 * at once. Safe for any thread.
 */
public final class CheckSlots {

  private static final Duration COME_BACK = Duration.ofSeconds(1);

  private final Executor executor;
  private final LongSupplier nanoTime;
  private final Duration budget;
  private final int capacity;
  private final Semaphore running;
  private final Semaphore admitted;

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
  <V> CompletableFuture<SharedWork.Outcome<V>> start(SharedWork.Work<V> work) {
    if (!admitted.tryAcquire()) {
      return CompletableFuture.completedFuture(
          new SharedWork.Outcome.Failed<>(
              new Problem(
                  Reason.OVERLOADED, "too many checks are waiting", Optional.of(COME_BACK))));
    }
    return CompletableFuture.supplyAsync(() -> runInTurn(work), executor);
  }

  private <V> SharedWork.Outcome<V> runInTurn(SharedWork.Work<V> work) {
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
    }
  }
}
