// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Does the same work once for all who want its result at the same time, and remembers the result
 * for a while, failures included. The work runs on a thread of {@link CheckSlots} with a deadline
 * of its own; a caller that cannot wait as long goes away with {@code DeadlineExceeded} and the
 * work goes on for the others. Safe for any thread.
 *
 * @param <K> what tells results apart; everything that a result depends on has to be in it
 */
final class SharedWork<K, V> {

  /** What one memory of the verifier may hold on to, in bytes. */
  static final int MEMORY_BYTES = 8 * 1024 * 1024;

  /** About what an entry takes beside what was found out. */
  static final int ENTRY_BYTES = 1024;

  private final AsyncCache<K, Outcome<V>> memory;
  private final CheckSlots slots;

  /** Work that may take until the deadline. */
  interface Work<V> {
    V run(Deadline deadline) throws ProblemException;
  }

  /** What came of the work. */
  sealed interface Outcome<V> {
    record Done<V>(V value) implements Outcome<V> {}

    record Failed<V>(Problem problem) implements Outcome<V> {}
  }

  /**
   * An empty memory of at most {@link #MEMORY_BYTES}.
   *
   * @param lifetime for how long an outcome is remembered; zero for not at all
   * @param weight about how much memory a result takes, in bytes
   */
  SharedWork(CheckSlots slots, Function<Outcome<V>, Duration> lifetime, ToIntFunction<V> weight) {
    this.slots = slots;
    this.memory =
        Caffeine.newBuilder()
            .executor(Runnable::run)
            .ticker(slots::nanoTime)
            .maximumWeight(MEMORY_BYTES)
            .weigher((K key, Outcome<V> outcome) -> weightOf(outcome, weight))
            .expireAfter(Expiry.<K, Outcome<V>>writing((key, outcome) -> lifetime.apply(outcome)))
            .buildAsync();
  }

  /** The result, if it is remembered; never waits. */
  Optional<V> known(K key) {
    CompletableFuture<Outcome<V>> future = memory.getIfPresent(key);
    return future != null && future.isDone() && future.join() instanceof Outcome.Done<V>(V value)
        ? Optional.of(value)
        : Optional.empty();
  }

  /**
   * The result: remembered, or of work that is under way, or of this work.
   *
   * @param asker whose share of the slots this work takes, if it is done
   * @throws ProblemException with the problem that the work met, {@code DeadlineExceeded}, or
   *     {@code Overloaded}
   */
  V get(K key, Asker asker, Deadline deadline, Work<V> work) throws ProblemException {
    CompletableFuture<Outcome<V>> future = memory.get(key, (_, _) -> slots.start(asker, work));
    return switch (await(future, deadline)) {
      case Outcome.Done<V>(V value) -> value;
      case Outcome.Failed<V>(Problem problem) -> throw new ProblemException(problem);
    };
  }

  /** Forgets every result. Work under way goes on for those who wait; the next one starts anew. */
  void forget() {
    memory.synchronous().invalidateAll();
  }

  private static <V> int weightOf(Outcome<V> outcome, ToIntFunction<V> weight) {
    return switch (outcome) {
      case Outcome.Done<V>(V value) -> ENTRY_BYTES + weight.applyAsInt(value);
      case Outcome.Failed<V> _ -> ENTRY_BYTES;
    };
  }

  private static <V> Outcome<V> await(CompletableFuture<Outcome<V>> future, Deadline deadline)
      throws ProblemException {
    try {
      return future.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new ProblemException(Reason.DEADLINE_EXCEEDED, "the check goes on, ask again", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(Reason.DEADLINE_EXCEEDED, "the wait was interrupted", e);
    } catch (ExecutionException e) {
      throw new ProblemException(Problem.unexpected(e));
    }
  }
}
