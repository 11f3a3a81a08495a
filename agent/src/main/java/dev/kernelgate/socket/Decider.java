// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.Decision;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Gets a decision from the gate, in time. What is remembered is answered on the event loop; a check
 * runs elsewhere, and what comes first on the event loop, the decision or the end of the time, is
 * the answer. There is exactly one.
 */
final class Decider {

  /** Kept back for the way to the peer: a tenth of its time, at most this. */
  private static final Duration MOST_MARGIN = Duration.ofMillis(25);

  private final Gate gate;
  private final Executor threads;
  private final Duration usualBudget;
  private final LongSupplier nanoTime;

  /**
   * A decider.
   *
   * @param threads starts a thread for each question that has to wait; there is one at most for
   *     each connection
   */
  Decider(Gate gate, Executor threads, Duration usualBudget, LongSupplier nanoTime) {
    this.gate = gate;
    this.threads = threads;
    this.usualBudget = usualBudget;
    this.nanoTime = nanoTime;
  }

  void decide(DecideRequest asked, Peer peer, EventLoop loop, Consumer<Answer> answer) {
    KernelRequest request = asked.request();
    Optional<Decision> known = gate.known(request, peer);
    if (known.isPresent()) {
      answer.accept(Answer.decision(known.get()));
      return;
    }
    Duration budget = withoutMargin(asked.budget().orElse(usualBudget));
    Deadline deadline = Deadline.after(budget, nanoTime);
    Turn turn = new Turn(answer);
    turn.endsWith(
        loop.schedule(
            () -> turn.expire(() -> gate.giveUp(request, peer, tooLate(budget))),
            budget.toNanos(),
            TimeUnit.NANOSECONDS));
    threads.execute(
        () -> {
          Decision decision = decide(request, peer, deadline);
          hand(loop, () -> turn.end(decision));
        });
  }

  private Decision decide(KernelRequest request, Peer peer, Deadline deadline) {
    try {
      return gate.decide(request, peer, deadline);
    } catch (RuntimeException e) {
      return gate.giveUp(request, peer, Problem.unexpected(e));
    }
  }

  private static void hand(EventLoop loop, Runnable end) {
    try {
      loop.execute(end);
    } catch (RejectedExecutionException _) {
      // The server is closing: its connections are gone, and silence means no.
    }
  }

  private static Duration withoutMargin(Duration budget) {
    Duration tenth = budget.dividedBy(10);
    return budget.minus(tenth.compareTo(MOST_MARGIN) < 0 ? tenth : MOST_MARGIN);
  }

  private static Problem tooLate(Duration budget) {
    return new Problem(Reason.DEADLINE_EXCEEDED, "no decision within " + budget.toMillis() + " ms");
  }

  /** One question and its one answer. Confined to the event loop. */
  private static final class Turn {

    private final Consumer<Answer> answer;
    private Optional<Future<?>> expiry = Optional.empty();
    private boolean isOver;

    Turn(Consumer<Answer> answer) {
      this.answer = answer;
    }

    void endsWith(Future<?> timer) {
      expiry = Optional.of(timer);
    }

    void end(Decision decision) {
      if (isOver) {
        return;
      }
      isOver = true;
      expiry.ifPresent(timer -> timer.cancel(false));
      answer.accept(Answer.decision(decision));
    }

    void expire(Supplier<Decision> last) {
      if (!isOver) {
        end(last.get());
      }
    }
  }
}
