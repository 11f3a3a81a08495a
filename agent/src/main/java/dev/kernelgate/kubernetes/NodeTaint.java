// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import dev.kernelgate.verification.NodeCondition;
import io.fabric8.kubernetes.api.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps new pods from a node while a kernel on it is rejected, by a taint of its own. One thread
 * {@linkplain #step looks}. The taint stays when the agent ends: what was rejected is still there,
 * and the next agent removes it.
 */
public final class NodeTaint {

  private static final Logger LOG = LoggerFactory.getLogger(NodeTaint.class);

  /** From a failure to the next try. */
  static final Duration RETRY = Duration.ofSeconds(10);

  /** After so long a taint is looked after: somebody may have removed it. */
  static final Duration LOOK_AFTER = Duration.ofMinutes(5);

  private final Cluster cluster;
  private final ApiWriter writer;
  private final TaintSettings settings;
  private final Supplier<NodeCondition> condition;
  private final InstantSource clock;
  private final TaintTiming timing;
  private Optional<TaintTiming.Wish> done = Optional.empty();
  private Instant notBefore = Instant.MIN;
  private Instant lookedAt = Instant.MIN;
  private boolean isFailing;

  /**
   * Taints the cluster's node.
   *
   * @param condition {@code ZoneKernelsVerified} as it is now
   */
  public NodeTaint(
      Cluster cluster,
      TaintSettings settings,
      Supplier<NodeCondition> condition,
      InstantSource clock) {
    this.cluster = cluster;
    this.writer = cluster.writer();
    this.settings = settings;
    this.condition = condition;
    this.clock = clock;
    this.timing = new TaintTiming(settings.setAfter(), settings.removeAfter());
  }

  /** Sets or removes the taint if it is time; to be called once a second, by one thread. */
  public void step() throws InterruptedException {
    Instant now = clock.instant();
    if (now.isBefore(lookedAt)) {
      // The clock was set back.
      notBefore = Instant.MIN;
    }
    lookedAt = now;
    TaintTiming.Wish wish = timing.observe(condition.get().status(), now);
    if (isDue(wish, now)) {
      fulfil(wish, now);
    }
  }

  private boolean isDue(TaintTiming.Wish wish, Instant now) {
    boolean isOther = done.filter(last -> last != wish).isPresent();
    return switch (wish) {
      case KEEP -> false;
      case SET -> isOther || !now.isBefore(notBefore);
      case REMOVE -> isOther || (done.isEmpty() && !now.isBefore(notBefore));
    };
  }

  private void fulfil(TaintTiming.Wish wish, Instant now) throws InterruptedException {
    try {
      Node node = cluster.readNode();
      List<Map<String, Object>> patch =
          wish == TaintTiming.Wish.SET
              ? TaintPatch.set(node, settings.effect())
              : TaintPatch.remove(node);
      if (!patch.isEmpty()) {
        writer.patchNode(cluster.node(), patch);
        LOG.info("taint {}: {}", TaintPatch.KEY, wish);
      }
      isFailing = false;
      done = Optional.of(wish);
      notBefore = now.plus(LOOK_AFTER);
    } catch (ApiServerException e) {
      if (!isFailing) {
        LOG.warn("the taint {} cannot be changed: {}", TaintPatch.KEY, e.getMessage());
      }
      isFailing = true;
      done = Optional.empty();
      notBefore = now.plus(RETRY);
    }
  }
}
