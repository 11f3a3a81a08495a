// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.chore;

import dev.kernelgate.systemd.AgentMessage;
import dev.kernelgate.verdict.Untrusted;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the agent does again and again beside its answers, each on a virtual thread of its own. No
 * chore ends before {@link #close}: one that throws is done again after its pause, and as long as
 * it throws that is a problem of the agent, which says so. Safe for any thread.
 */
public final class Chores implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Chores.class);

  /** For steps under way, all together: half a second is enough to finish a sentence. */
  private static final Duration GRACE = Duration.ofMillis(500);

  private final Consumer<List<String>> problems;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch end = new CountDownLatch(1);
  private final Map<String, Failure> failing = new ConcurrentSkipListMap<>();
  private final ReentrantLock telling = new ReentrantLock();

  /** One turn of a chore. */
  @FunctionalInterface
  public interface Step {

    /** Does what is to be done now. An interrupt means that the agent ends. */
    void run() throws InterruptedException;
  }

  /**
   * Why a chore fails. Two failures of one kind at one place are the same, whatever they say, so
   * that a number in a message makes no news.
   */
  private record Failure(String kind, String told) {

    static Failure of(String chore, Throwable thrown) {
      StackTraceElement[] trace = thrown.getStackTrace();
      String place = trace.length == 0 ? "" : " at " + trace[0];
      return new Failure(
          thrown.getClass().getName() + place,
          "'%s' fails again and again: %s".formatted(chore, Untrusted.quote(thrown.toString())));
    }
  }

  /**
   * Nothing to do yet.
   *
   * @param problems is told all that fail whenever that has changed; must not wait
   */
  public Chores(Consumer<List<String>> problems) {
    this.problems = problems;
  }

  /**
   * Does this from now on.
   *
   * @param name for people, another for each chore
   * @param pause from the end of a step to the next
   */
  public void every(Duration pause, String name, Step step) {
    threads.execute(
        () -> {
          Thread.currentThread().setName(name);
          do {
            run(name, step);
          } while (!isOver(pause));
        });
  }

  /** Lets the steps under way end for a moment, then interrupts them. None begins after this. */
  @Override
  public void close() {
    end.countDown();
    threads.shutdown();
    if (!haveEnded()) {
      threads.shutdownNow();
      haveEnded();
    }
  }

  private void run(String name, Step step) {
    try {
      step.run();
      worked(name);
    } catch (InterruptedException | RuntimeException e) {
      failed(name, e);
    } catch (Error e) {
      // Nobody knows what works after this. The chore ends, and its problem stays.
      failed(name, e);
      throw e;
    }
  }

  private void worked(String name) {
    if (failing.remove(name) != null) {
      tellProblems();
      LOG.atInfo().addKeyValue("KERNELGATE_CHORE", name).log("'{}' works again", name);
    }
  }

  private void failed(String name, Throwable thrown) {
    if (end.getCount() == 0) {
      return;
    }
    Failure now = Failure.of(name, thrown);
    Failure before = failing.put(name, now);
    if (before == null || !before.kind().equals(now.kind())) {
      tellProblems();
      LOG.atError()
          .addMarker(AgentMessage.CHORE_FAILED.marker())
          .addKeyValue("KERNELGATE_CHORE", name)
          .setCause(thrown)
          .log("'{}' has failed", name);
    }
  }

  /** One at a time, so that the last word is the latest. */
  private void tellProblems() {
    telling.lock();
    try {
      problems.accept(failing.values().stream().map(Failure::told).toList());
    } finally {
      telling.unlock();
    }
  }

  /** Waits for the pause. An interrupt that was not meant to end the chore only shortens it. */
  private boolean isOver(Duration pause) {
    try {
      return end.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      return end.getCount() == 0;
    }
  }

  private boolean haveEnded() {
    try {
      return threads.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
