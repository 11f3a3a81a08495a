// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.PodNews;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events about pods whose kernels were judged. Any thread tells, one thread writes. Events
 * are for people who look at a pod and are lost where the API server is away or too many come at
 * once; what has to be known is in the node's condition.
 */
public final class PodEvents implements PodNews, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PodEvents.class);
  private static final int MAX_WAITING = 512;
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private final String node;
  private final ApiWriter writer;
  private final InstantSource clock;
  private final EventPace pace;
  private final BlockingQueue<PodEvent> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Thread thread = Thread.ofVirtual().name("pod-events").unstarted(this::run);
  private boolean isFailing;

  /** Writes about pods of the cluster's node; {@link #start} begins. */
  public PodEvents(Cluster cluster, InstantSource clock) {
    this.node = cluster.node();
    this.writer = cluster.writer();
    this.clock = clock;
    this.pace = new EventPace(clock);
  }

  /** Begins to write; does not wait for the API server. */
  public void start() {
    thread.start();
  }

  @Override
  public void judged(PodIdentity pod, Decision decision) {
    // Namespaces come from the API server, but this one becomes part of a path.
    if (NAMESPACE.matcher(pod.namespace()).matches()
        && !waiting.offer(new PodEvent(pod, decision, clock.instant()))) {
      LOG.debug("an event is lost, too many are waiting");
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  /** Writes the next event, if it has leave; waits until there is one. */
  void writeNext() throws InterruptedException {
    PodEvent event = waiting.take();
    Optional<Integer> held = pace.leave(event.sameness());
    if (held.isPresent()) {
      write(event, held.get());
    }
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        writeNext();
      }
    } catch (InterruptedException _) {
      LOG.debug("stopped writing events");
    }
  }

  private void write(PodEvent event, int held) throws InterruptedException {
    try {
      writer.createEvent(event.pod().namespace(), event.toFields(node, held));
      isFailing = false;
    } catch (ApiServerException e) {
      if (!isFailing) {
        LOG.warn("events about pods are not written: {}", e.getMessage());
      }
      isFailing = true;
    }
  }
}
