// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Runs checks on virtual threads, at most so many at once, with a bounded number waiting for their
 * turn in order of arrival. Who comes when all places are taken is told so at once. Safe for
 * concurrent use.
 */
public final class CheckDispatcher implements AutoCloseable {

  private final Semaphore places;
  private final Semaphore turns;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * A dispatcher of its own, with its own threads.
   *
   * @param concurrency checks that run at once, at least 1
   * @param waiting checks that may wait beside them
   */
  public CheckDispatcher(int concurrency, int waiting) {
    if (concurrency < 1 || waiting < 0) {
      throw new IllegalArgumentException("no check could ever run");
    }
    this.places = new Semaphore(Math.addExact(concurrency, waiting));
    this.turns = new Semaphore(concurrency, true);
  }

  /**
   * Takes the check on, to run soon, or refuses it; never blocks.
   *
   * @return whether it was taken on
   */
  public boolean tryDispatch(Runnable check) {
    if (!places.tryAcquire()) {
      return false;
    }
    boolean started = false;
    try {
      threads.execute(() -> runInTurn(check));
      started = true;
    } finally {
      if (!started) {
        places.release();
      }
    }
    return true;
  }

  private void runInTurn(Runnable check) {
    try {
      turns.acquire();
      try {
        check.run();
      } finally {
        turns.release();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      places.release();
    }
  }

  /** Interrupts what runs and waits; returns at once. Checks taken on later are refused. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
