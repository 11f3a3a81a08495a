// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Delivers entries in order without ever making their writers wait: what the receiver does not take
 * at once is kept, up to a bound, and sent by a thread that lives as long as there is something to
 * send. What is beyond the bound is counted, and told when the receiver listens again. Safe for any
 * thread.
 */
final class Backlog {

  /** Bytes that are kept for a receiver that is slow. */
  static final int MAX_BYTES = 2 * 1024 * 1024;

  private final UnixDatagram receiver;
  private final Consumer<byte[]> undeliverable;
  private final LongFunction<byte[]> lossNotice;
  private final AtomicLong lost = new AtomicLong();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition isSent = lock.newCondition();
  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private long untold;

  /** Written under the lock. While true, entries queue up behind those that wait. */
  private volatile boolean isSending;

  /**
   * Nothing waits.
   *
   * @param undeliverable takes entries when the receiver is away
   * @param lossNotice the entry that says how many were lost
   */
  Backlog(UnixDatagram receiver, Consumer<byte[]> undeliverable, LongFunction<byte[]> lossNotice) {
    this.receiver = receiver;
    this.undeliverable = undeliverable;
    this.lossNotice = lossNotice;
  }

  /** Delivers an entry now or later, without waiting. */
  void deliver(byte[] entry) {
    try {
      if (isSending || !receiver.offer(entry)) {
        keep(entry);
      }
    } catch (IOException _) {
      undeliverable.accept(entry);
    }
  }

  /** Entries that were lost so far. */
  long lost() {
    return lost.get();
  }

  /** Waits until nothing waits, or for so long; true if nothing does. */
  boolean awaitEmpty(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (isSending && left > 0) {
        left = isSent.awaitNanos(left);
      }
      return !isSending;
    } finally {
      lock.unlock();
    }
  }

  private void keep(byte[] entry) {
    lock.lock();
    try {
      if (waitingBytes + entry.length > MAX_BYTES) {
        lost.incrementAndGet();
        untold++;
        return;
      }
      waiting.add(entry);
      waitingBytes += entry.length;
      if (!isSending) {
        isSending = true;
        // Waits in a native call, which would hold a virtual thread's carrier.
        Thread.ofPlatform().name("journal").daemon().start(this::sendWaiting);
      }
    } finally {
      lock.unlock();
    }
  }

  private void sendWaiting() {
    for (Optional<byte[]> next = next(); next.isPresent(); next = next()) {
      try {
        receiver.send(next.get());
      } catch (IOException _) {
        undeliverable.accept(next.get());
      }
    }
  }

  /** The next to be sent; when there is none, whoever comes next need not wait behind anything. */
  private Optional<byte[]> next() {
    lock.lock();
    try {
      if (waiting.isEmpty() && untold > 0) {
        byte[] notice = lossNotice.apply(untold);
        untold = 0;
        return Optional.of(notice);
      }
      Optional<byte[]> next = Optional.ofNullable(waiting.poll());
      next.ifPresent(entry -> waitingBytes -= entry.length);
      if (next.isEmpty()) {
        isSending = false;
        isSent.signalAll();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }
}
