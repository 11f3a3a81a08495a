// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.Peer;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Gets a decision from the gate, in time. What is remembered is answered on the event loop; a check
 * runs elsewhere, and what comes first on the event loop, the decision or the end of the time, is
 * the answer. There is exactly one, and the gate is told of it.
 */
final class Decider {

  /** Kept back for the way to the peer: a tenth of its time, at most this. */
  private static final Duration MOST_MARGIN = Duration.ofMillis(25);

  private static final Duration COME_BACK = Duration.ofSeconds(1);

  private final Gate gate;
  private final Executor threads;
  private final Duration usualBudget;
  private final LongSupplier nanoTime;
  private final RecentAnswers recent = new RecentAnswers();
  private final WaitingRoom waiting;

  /**
   * A decider.
   *
   * @param threads starts a thread for each question that has to wait
   * @param places how many may wait at once; a place is free again when the gate has returned, so a
   *     gate that hangs costs a bounded number of threads
   */
  Decider(Gate gate, Executor threads, Duration usualBudget, LongSupplier nanoTime, int places) {
    this.gate = gate;
    this.threads = threads;
    this.usualBudget = usualBudget;
    this.nanoTime = nanoTime;
    this.waiting = new WaitingRoom(places);
  }

  /** Answers a question once, on the event loop: at once, or within its time. */
  void decide(DecideRequest asked, Peer peer, EventLoop loop, Consumer<Answer> answer) {
    KernelRequest request = asked.request();
    Turn turn = new Turn(peer, answer);
    Optional<Decision> known = gate.known(request);
    if (known.isPresent()) {
      turn.end(known.get());
    } else if (waiting.enter(peer)) {
      await(request, peer, withoutMargin(asked.budget().orElse(usualBudget)), loop, turn);
    } else {
      turn.end(gate.unchecked(request, tooMany()));
    }
  }

  private void await(KernelRequest request, Peer peer, Duration budget, EventLoop loop, Turn turn) {
    Deadline deadline = Deadline.after(budget, nanoTime);
    turn.endsWith(
        loop.schedule(
            () -> turn.end(gate.unchecked(request, tooLate(budget))),
            budget.toNanos(),
            TimeUnit.NANOSECONDS));
    threads.execute(
        () -> {
          // Whatever happens, an error of the virtual machine included, the place is given back.
          Optional<Decision> decision = Optional.empty();
          try {
            decision = Optional.of(decide(request, peer, deadline));
          } finally {
            Optional<Decision> made = decision;
            hand(
                loop,
                () -> {
                  waiting.leave(peer);
                  made.ifPresent(turn::end);
                });
          }
        });
  }

  private Decision decide(KernelRequest request, Peer peer, Deadline deadline) {
    try {
      return gate.decide(request, peer, deadline);
    } catch (RuntimeException e) {
      return gate.unchecked(request, Problem.unexpected(e));
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

  private static Problem tooMany() {
    return new Problem(
        Reason.OVERLOADED, "too many questions of this user are waiting", Optional.of(COME_BACK));
  }

  /** One question and its one answer. Confined to the event loop. */
  private final class Turn {

    private final Peer peer;
    private final Consumer<Answer> answer;
    private final long sinceNanos = nanoTime.getAsLong();
    private Optional<Future<?>> expiry = Optional.empty();
    private boolean isOver;

    Turn(Peer peer, Consumer<Answer> answer) {
      this.peer = peer;
      this.answer = answer;
    }

    void endsWith(Future<?> timer) {
      expiry = Optional.of(timer);
    }

    /** The first call answers, any other does nothing. */
    void end(Decision decision) {
      if (isOver) {
        return;
      }
      isOver = true;
      expiry.ifPresent(timer -> timer.cancel(false));
      gate.answered(peer, decision, Duration.ofNanos(nanoTime.getAsLong() - sinceNanos));
      answer.accept(recent.of(decision));
    }
  }
}
