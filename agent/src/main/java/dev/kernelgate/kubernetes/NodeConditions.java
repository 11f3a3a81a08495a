// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import dev.kernelgate.verification.NodeCondition;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps conditions of the node as they are known here. Whatever happens between two {@linkplain
 * #step looks} costs one patch at most, and nothing is queued. Confined to one thread at a time.
 */
public final class NodeConditions implements AutoCloseable {

  /** Between two tellings when nothing changes, a tenth more or less. */
  public static final Duration HEARTBEAT = ConditionPatches.HEARTBEAT;

  /** Between two tellings when everything changes. */
  public static final Duration APART = ConditionPatches.APART;

  private static final Logger LOG = LoggerFactory.getLogger(NodeConditions.class);

  private final String node;
  private final ApiWriter writer;
  private final Supplier<List<NodeCondition>> current;
  private final ClusterEvents events;
  private final ConditionPatches patches;
  private boolean isFailing;

  /**
   * Tells conditions to the cluster's node.
   *
   * @param current the conditions as they are now, the same types each time
   * @param events where changes are told, too
   */
  public NodeConditions(
      Cluster cluster,
      Supplier<List<NodeCondition>> current,
      ClusterEvents events,
      InstantSource clock,
      RandomGenerator random) {
    this.node = cluster.node();
    this.writer = cluster.writer();
    this.current = current;
    this.events = events;
    this.patches = new ConditionPatches(clock, random);
  }

  /**
   * Says that from now on nothing is known. One try: a node whose agent is gone without a word has
   * conditions with an old heartbeat.
   */
  @Override
  public void close() {
    try {
      tell(
          current.get().stream()
              .map(
                  condition ->
                      condition.unknown(
                          "AgentStopped", "kernelgate has stopped; nothing is judged meanwhile"))
              .toList());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells the conditions if they have to be told now; to be called once a second. */
  public void step() throws InterruptedException {
    List<NodeCondition> conditions = current.get();
    if (patches.isDue(conditions)) {
      tell(conditions);
    }
  }

  private void tell(List<NodeCondition> conditions) throws InterruptedException {
    try {
      writer.patchNodeStatus(node, patches.patch(conditions));
      patches.changed(conditions).forEach(events::changed);
      patches.succeeded(conditions);
      if (isFailing) {
        LOG.info("the node's conditions are told again");
      }
      isFailing = false;
    } catch (ApiServerException e) {
      patches.failed();
      if (!isFailing) {
        LOG.warn("the node's conditions are not told: {}", e.getMessage());
      }
      isFailing = true;
    }
  }
}
