// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.chore.Chores;
import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.config.TaintConfig;
import dev.kernelgate.kubernetes.Cluster;
import dev.kernelgate.kubernetes.ClusterAccess;
import dev.kernelgate.kubernetes.ClusterEvents;
import dev.kernelgate.kubernetes.ClusterPods;
import dev.kernelgate.kubernetes.NodeConditions;
import dev.kernelgate.kubernetes.NodeTaint;
import dev.kernelgate.kubernetes.PullSecrets;
import dev.kernelgate.kubernetes.TaintSettings;
import dev.kernelgate.oci.PodKeychains;
import dev.kernelgate.verification.PodNews;
import dev.kernelgate.verification.PodSource;
import dev.kernelgate.verification.VerdictBook;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What the agent is in its cluster: one who follows a node's pods and tells what became of them.
 */
final class ClusterMember implements AutoCloseable {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Cluster cluster;
  private final ClusterPods pods;
  private final NodeConditions conditions;
  private final ClusterEvents events;
  private final Optional<NodeTaint> taint;
  private final Optional<PullSecrets> pullSecrets;

  private ClusterMember(
      Cluster cluster,
      ClusterPods pods,
      NodeConditions conditions,
      ClusterEvents events,
      Optional<NodeTaint> taint,
      Optional<PullSecrets> pullSecrets) {
    this.cluster = cluster;
    this.pods = pods;
    this.conditions = conditions;
    this.events = events;
    this.taint = taint;
    this.pullSecrets = pullSecrets;
  }

  /**
   * A member as configured, which does nothing before {@link #follow}.
   *
   * @throws IOException if node or credentials are not known; the message is a sentence
   */
  static ClusterMember of(
      AgentConfig config, Surroundings surroundings, VerdictBook book, AgentStatus status)
      throws IOException {
    Map<String, String> environment = surroundings.environment();
    Cluster cluster =
        Cluster.of(nodeName(config.kubernetes(), environment), access(config, environment));
    ClusterEvents events = new ClusterEvents(cluster, surroundings.clock());
    ClusterPods pods =
        new ClusterPods(
            cluster,
            Set.copyOf(config.node().runtimeClasses()),
            ClusterPods.Pace.usual(),
            surroundings.clock());
    return new ClusterMember(
        cluster,
        pods,
        new NodeConditions(
            cluster,
            () -> List.of(book.condition(), status.health().condition()),
            events,
            surroundings.clock(),
            RandomGenerator.getDefault()),
        events,
        config
            .kubernetes()
            .taint()
            .map(wanted -> taint(cluster, wanted, book, surroundings.clock())),
        config.kubernetes().usesPullSecrets()
            ? Optional.of(new PullSecrets(cluster, pods, surroundings.clock()))
            : Optional.empty());
  }

  PodSource pods() {
    return pods;
  }

  /** What pods may fetch with; nothing unless that is configured. */
  PodKeychains keychains() {
    return pullSecrets.<PodKeychains>map(secrets -> secrets).orElseGet(PodKeychains.None::new);
  }

  PodNews events() {
    return events;
  }

  /** Begins to follow the node's pods; does not wait for the API server. */
  void follow(Chores chores) {
    pods.start();
    pullSecrets.ifPresent(
        secrets -> chores.every(PullSecrets.APART, "pull secrets", secrets::forgetOld));
  }

  /** Begins to tell the cluster how the node is, which is known once the agent is ready. */
  void tell(Chores chores) {
    chores.every(SECOND, "node conditions", conditions::step);
    chores.every(SECOND, "events", events::step);
    taint.ifPresent(wanted -> chores.every(SECOND, "node taint", wanted::step));
  }

  /** Takes its leave of the cluster, once its chores have ended. */
  @Override
  public void close() {
    pods.close();
    pullSecrets.ifPresent(PullSecrets::close);
    conditions.close();
    cluster.close();
  }

  private static NodeTaint taint(
      Cluster cluster, TaintConfig wanted, VerdictBook book, InstantSource clock) {
    return new NodeTaint(
        cluster,
        new TaintSettings(wanted.effect().toString(), wanted.setAfter(), wanted.removeAfter()),
        book::condition,
        clock);
  }

  private static String nodeName(AgentConfig.Kubernetes configured, Map<String, String> environment)
      throws IOException {
    return configured
        .nodeName()
        .or(() -> Optional.ofNullable(environment.get("NODE_NAME")))
        .orElseThrow(
            () ->
                new IOException(
                    "The node's name in the cluster is not known: set NODE_NAME or"
                        + " kubernetes.nodeName."));
  }

  private static ClusterAccess access(AgentConfig config, Map<String, String> environment)
      throws IOException {
    Optional<Path> kubeconfig = config.kubernetes().kubeconfig();
    if (kubeconfig.isPresent()) {
      return new ClusterAccess.Kubeconfig(kubeconfig.get());
    }
    return ClusterAccess.ServiceAccount.of(environment)
        .orElseThrow(
            () ->
                new IOException(
                    "There is no API server to reach: run in a pod, or set"
                        + " kubernetes.kubeconfig."));
  }
}
