// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.NodeCondition;
import dev.kernelgate.verification.PodNews;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events about the node and about pods whose kernels were judged. Any thread tells, one
 * thread {@linkplain #step writes}. Events are for people who look at a pod and are lost where the
 * API server is away or too many come at once; what has to be known is in the node's condition.
 */
public final class ClusterEvents implements PodNews {

  /** Events that are written at once when there is much to tell. */
  public static final int BURST = EventPace.BURST;

  /** From then on, one each. */
  public static final Duration REFILL = EventPace.OF_NODE;

  private static final Logger LOG = LoggerFactory.getLogger(ClusterEvents.class);
  private static final int MAX_WAITING = 512;
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

  private final String node;
  private final ApiWriter writer;
  private final InstantSource clock;
  private final EventPace pace;
  private final EventSeries series = new EventSeries();
  private final AtomicReference<Instant> lastStamp = new AtomicReference<>(Instant.MIN);
  private final BlockingQueue<ClusterEvent> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private boolean isFailing;

  /** Writes about the cluster's node and its pods. */
  public ClusterEvents(Cluster cluster, InstantSource clock) {
    this.node = cluster.node();
    this.writer = cluster.writer();
    this.clock = clock;
    this.pace = new EventPace(clock);
  }

  @Override
  public void judged(PodIdentity pod, Decision decision) {
    // Names come from the API server, but these become part of a path.
    if (NAMESPACE.matcher(pod.namespace()).matches() && NAME.matcher(pod.name()).matches()) {
      tell(ClusterEvent.judged(pod, decision, stamp()));
    }
  }

  /** A condition of the node has another status or reason than before. Must not wait. */
  void changed(NodeCondition condition) {
    tell(ClusterEvent.changed(node, condition, stamp()));
  }

  /** Writes what may be written now; to be called once a second, never by two threads at once. */
  public void step() throws InterruptedException {
    Optional<ClusterEvent> event = next();
    while (event.isPresent()) {
      take(event.get());
      event = next();
    }
    for (EventWrite write : series.due(clock.instant())) {
      write(write);
    }
  }

  /** Events are named by their time, so no two have the same. */
  private Instant stamp() {
    Instant now = clock.instant();
    return lastStamp.updateAndGet(last -> now.isAfter(last) ? now : last.plusNanos(1));
  }

  private void tell(ClusterEvent event) {
    if (!waiting.offer(event)) {
      LOG.debug("an event is lost, too many are waiting");
    }
  }

  private Optional<ClusterEvent> next() {
    return pace.isOpen() ? Optional.ofNullable(waiting.poll()) : Optional.empty();
  }

  private void take(ClusterEvent event) throws InterruptedException {
    if (series.isNew(event) && !pace.mayBegin(event.subject())) {
      LOG.debug("an event is lost, there were too many about {}", event.subject().name());
      return;
    }
    Optional<EventWrite> write = series.add(event);
    if (write.isPresent()) {
      write(write.get());
    }
  }

  private void write(EventWrite write) throws InterruptedException {
    pace.wrote();
    try {
      send(write);
      isFailing = false;
    } catch (ApiServerException e) {
      series.forget(write.event());
      if (!isFailing) {
        LOG.warn("events are not written: {}", e.getMessage());
      }
      isFailing = true;
    }
  }

  private void send(EventWrite write) throws ApiServerException, InterruptedException {
    String namespace = write.event().subject().namespace();
    switch (write) {
      case EventWrite.Begin(ClusterEvent event) ->
          writer.createEvent(namespace, event.toFields(node));
      case EventWrite.Continue again -> {
        try {
          writer.patchEvent(namespace, again.event().name(), again.toPatch());
        } catch (ApiServerException e) {
          if (!e.isNotFound()) {
            throw e;
          }
          writer.createEvent(namespace, again.toFields(node));
        }
      }
    }
  }
}
