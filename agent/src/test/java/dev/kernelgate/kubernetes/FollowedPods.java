// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.FakeApiServer;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.TestPod;
import dev.kernelgate.verification.NodePods;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The pods of a node, an API server that a test can harm, and what is known of the one through the
 * other.
 */
final class FollowedPods implements AutoCloseable {

  static final String NODE = "node-1";

  static final ClusterPods.Pace NO_LISTS =
      new ClusterPods.Pace(Duration.ofHours(1), Duration.ofHours(1), Duration.ofMillis(100));
  static final ClusterPods.Pace NO_LISTS_AT_ALL =
      new ClusterPods.Pace(Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1));
  static final ClusterPods.Pace MANY_LISTS =
      new ClusterPods.Pace(Duration.ofMillis(200), Duration.ofHours(1), Duration.ofMillis(100));
  static final ClusterPods.Pace LISTS_IN_SILENCE =
      new ClusterPods.Pace(Duration.ofHours(1), Duration.ofMillis(200), Duration.ofMillis(100));

  private final FakeApiServer server = FakeApiServer.start();
  private final Path account;
  private final Cluster cluster;
  private ClusterPods pods;
  private Map<String, AskedKernel> known = Map.of();
  private List<String> problems = List.of();

  /** Nobody follows yet; the token of the account is {@code first}. */
  FollowedPods(Path account) throws IOException {
    this.account = account;
    Files.writeString(account.resolve("token"), "first\n");
    server.requireToken("first");
    cluster = Cluster.of(NODE, new ClusterAccess.ServiceAccount(URI.create(server.url()), account));
    pods = podsAt(NO_LISTS);
  }

  FakeApiServer server() {
    return server;
  }

  Path account() {
    return account;
  }

  void start(ClusterPods.Pace pace) {
    pods = podsAt(pace);
    pods.start();
  }

  /** What is known by now of each pod, by its qualified name. */
  Map<String, AskedKernel> known() {
    read();
    return known;
  }

  /** What keeps the pods from being known by now. */
  List<String> problems() {
    read();
    return problems;
  }

  Optional<NodePods> readIfChanged() {
    return pods.readIfChanged();
  }

  void watches() {
    Eventually.holds("a watch is open", () -> server.openWatches() == 1);
  }

  void knowsNames(String... names) {
    Eventually.holds(
        "the pods are " + List.of(names), () -> known().keySet().equals(Set.of(names)));
  }

  void knows(Map<String, AskedKernel> expected) {
    Eventually.holds("the pods are " + expected, () -> known().equals(expected));
  }

  void told(String problem) {
    Eventually.holds(problem, () -> problems().stream().anyMatch(line -> line.startsWith(problem)));
  }

  static TestPod pod(String name) {
    return TestPod.named(NODE, name);
  }

  @Override
  public void close() {
    pods.close();
    cluster.close();
    server.close();
  }

  private ClusterPods podsAt(ClusterPods.Pace pace) {
    return new ClusterPods(cluster, Set.of("edera"), pace, FakeTime.afterFixtures());
  }

  private void read() {
    pods.readIfChanged()
        .ifPresent(
            now -> {
              Map<String, AskedKernel> kernels = new TreeMap<>();
              now.kernels().forEach((pod, kernel) -> kernels.put(pod.qualifiedName(), kernel));
              known = kernels;
              problems = now.problems();
            });
  }
}
