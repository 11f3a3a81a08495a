// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks at files of the node again and again, on a thread of its own, so that answers from memory
 * are never older than one look. A file is looked at, not watched: bind mounts and network file
 * systems tell no changes, and a look costs one system call.
 */
final class NodeWatch implements AutoCloseable {

  private final Duration pause;
  private final List<Runnable> looks;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread watcher = Thread.ofVirtual().name("node").unstarted(this::watch);

  NodeWatch(Duration pause, List<Runnable> looks) {
    this.pause = pause;
    this.looks = List.copyOf(looks);
  }

  void start() {
    watcher.start();
  }

  @Override
  public void close() {
    end.countDown();
    watcher.interrupt();
  }

  private void watch() {
    try {
      while (!end.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        looks.forEach(Runnable::run);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
