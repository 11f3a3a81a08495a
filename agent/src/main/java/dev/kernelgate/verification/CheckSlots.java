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
 * at once. One user, and the node itself about one registry, run at most three quarters of what can
 * run and hold at most three quarters of the places, whatever the deadlines of the questions were:
 * who is noisy, or asks a slow registry, waits in a lane, and others find slots open. Safe for any
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
  private final int concurrent;
  private final ConcurrentMap<Asker, Lane> lanes = new ConcurrentHashMap<>();

  /**
   * What one asker has under way.
   *
   * @param turns as many as it may run at once
   * @param places how many pieces of work it holds
   */
  private record Lane(Semaphore turns, int places) {}

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
    this.concurrent = concurrent;
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
    Lane lane = enter(asker);
    if (lane.places() > shareOf(asker, capacity)) {
      leave(asker);
      return refused(
          shareOf(asker, capacity) + " checks of the same user or registry are under way");
    }
    if (!admitted.tryAcquire()) {
      leave(asker);
      return refused("too many checks are waiting");
    }
    return CompletableFuture.supplyAsync(() -> runInTurn(asker, lane, work), executor);
  }

  /** The node's own work is bounded by the slots only. */
  private static int shareOf(Asker asker, int whole) {
    return switch (asker) {
      case Asker.Node _ -> whole;
      case Asker.NodeAt _, Asker.User _ -> Math.max(1, whole * 3 / 4);
    };
  }

  private Lane enter(Asker asker) {
    return lanes.compute(
        asker,
        (_, lane) ->
            lane == null
                ? new Lane(new Semaphore(shareOf(asker, concurrent), true), 1)
                : new Lane(lane.turns(), lane.places() + 1));
  }

  private void leave(Asker asker) {
    lanes.computeIfPresent(
        asker, (_, lane) -> lane.places() == 1 ? null : new Lane(lane.turns(), lane.places() - 1));
  }

  private static <V> CompletableFuture<SharedWork.Outcome<V>> refused(String detail) {
    return CompletableFuture.completedFuture(
        new SharedWork.Outcome.Failed<>(
            new Problem(Reason.OVERLOADED, detail, Optional.of(COME_BACK))));
  }

  /** The lane first, so that who waits there holds no slot. */
  private <V> SharedWork.Outcome<V> runInTurn(Asker asker, Lane lane, SharedWork.Work<V> work) {
    lane.turns().acquireUninterruptibly();
    running.acquireUninterruptibly();
    try {
      return new SharedWork.Outcome.Done<>(work.run(Deadline.after(budget, nanoTime)));
    } catch (ProblemException e) {
      return new SharedWork.Outcome.Failed<>(e.problem());
    } catch (RuntimeException | StackOverflowError e) {
      return new SharedWork.Outcome.Failed<>(Problem.unexpected(e));
    } finally {
      running.release();
      lane.turns().release();
      admitted.release();
      leave(asker);
    }
  }
}
