// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.systemd.AgentMessage;
import dev.kernelgate.systemd.ServiceNotifier;
import dev.kernelgate.verification.NodeCondition;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the node's administrator how the agent is: conditions go to the log when they change and to
 * the service manager as the state of the service, which is ready once the agent has answered
 * itself and alive as long as it does. Beats on one thread.
 */
final class Heartbeat implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  /** Between two beats. */
  static final Duration APART = Duration.ofSeconds(1);

  private final ServiceNotifier manager;
  private final Supplier<List<NodeCondition>> conditions;
  private final BooleanSupplier answersItself;

  /** Beats from one self-check to the next; three of them within the watchdog's time. */
  private final long checkEvery;

  // Confined to the thread.
  private final Map<String, NodeCondition> logged = new HashMap<>();
  private String toldStatus = "";
  private boolean isReady;
  private boolean isSilent;
  private long beats;

  /**
   * A heart that has not beaten yet.
   *
   * @param conditions the node's conditions as they are now
   * @param answersItself a self-check; asked only where there is a service manager
   */
  Heartbeat(
      ServiceNotifier manager,
      Supplier<List<NodeCondition>> conditions,
      BooleanSupplier answersItself) {
    this.manager = manager;
    this.conditions = conditions;
    this.answersItself = answersItself;
    this.checkEvery =
        manager.watchdog().map(time -> Math.max(1, time.dividedBy(3).toSeconds())).orElse(60L);
  }

  /** Says that the agent is about to end. */
  @Override
  public void close() {
    manager.stopping();
  }

  /** One beat. */
  void beat() {
    List<NodeCondition> now = conditions.get();
    now.forEach(this::logIfNews);
    String status = status(now);
    if (!status.equals(toldStatus) && manager.status(status)) {
      toldStatus = status;
    }
    if (manager.isThere() && (!isReady || isSilent || beats % checkEvery == 0)) {
      check();
    }
    beats++;
  }

  private void check() {
    boolean answers = answersItself.getAsBoolean();
    if (answers) {
      isReady = isReady || manager.ready();
      manager.alive();
    }
    if (answers == isSilent && !Thread.currentThread().isInterrupted()) {
      isSilent = !answers;
      if (isSilent) {
        LOG.atError()
            .addMarker(AgentMessage.SELF_CHECK_FAILED.marker())
            .log(
                "the agent does not answer on its own socket, or that is not where socket.path is");
      } else {
        LOG.info("the agent answers on its own socket again");
      }
    }
  }

  /** Counts of a node that is well change with every pod, and are no news. */
  private void logIfNews(NodeCondition condition) {
    NodeCondition before = logged.get(condition.type());
    boolean isWell = condition.status().equals("True");
    boolean isBad = condition.status().equals("False");
    if (before != null
        && before.status().equals(condition.status())
        && before.reason().equals(condition.reason())
        && (isWell || before.message().equals(condition.message()))) {
      return;
    }
    logged.put(condition.type(), condition);
    (isBad ? LOG.atWarn() : LOG.atInfo())
        .addMarker(AgentMessage.CONDITION_CHANGED.marker())
        .addKeyValue("KERNELGATE_CONDITION", condition.type())
        .addKeyValue("KERNELGATE_CONDITION_STATUS", condition.status())
        .addKeyValue("KERNELGATE_CONDITION_REASON", condition.reason())
        .log(sentence(condition));
  }

  /** What is not well, or the first condition. */
  private static String status(List<NodeCondition> conditions) {
    String unwell =
        conditions.stream()
            .filter(condition -> !condition.status().equals("True"))
            .map(Heartbeat::sentence)
            .collect(Collectors.joining("; "));
    return unwell.isEmpty() ? sentence(conditions.getFirst()) : unwell;
  }

  private static String sentence(NodeCondition condition) {
    return condition.type()
        + " is "
        + condition.status()
        + ", "
        + condition.reason()
        + ": "
        + condition.message();
  }
}
