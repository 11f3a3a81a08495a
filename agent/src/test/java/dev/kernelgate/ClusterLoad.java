// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static dev.kernelgate.testing.TestImages.kernel;

import dev.kernelgate.ahead.Pace;
import dev.kernelgate.ahead.PodJudge;
import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kubernetes.Cluster;
import dev.kernelgate.kubernetes.ClusterAccess;
import dev.kernelgate.kubernetes.ClusterEvents;
import dev.kernelgate.kubernetes.ClusterPods;
import dev.kernelgate.kubernetes.NodeConditions;
import dev.kernelgate.ledger.Ledger;
import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.FakeApiServer;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.MemorySource;
import dev.kernelgate.testing.StallingSource;
import dev.kernelgate.testing.TestGate;
import dev.kernelgate.testing.TestPod;
import dev.kernelgate.testing.TestVerifiers;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.CheckSlots;
import dev.kernelgate.verification.KernelVerifier;
import dev.kernelgate.verification.PodVerdict;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A node with many pods whose annotations change all the time: API server, watch, informer, judge,
 * conditions and events, by a clock that moves a second at a time. Every pod asks for a kernel that
 * is not signed.
 */
final class ClusterLoad implements AutoCloseable {

  /** Pods on the node. */
  static final int PODS = 250;

  /** Annotations that change in a second. */
  static final int CHANGES = 30;

  private static final String NODE = "node-1";
  private static final int KERNELS = 100;

  private final FakeApiServer server = FakeApiServer.start();
  private final FakeTime time = FakeTime.afterFixtures();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Ledger ledger;
  private final Cluster cluster;
  private final ClusterPods pods;
  private final ClusterEvents events;
  private final NodeConditions conditions;
  private final PodJudge judge;
  private final Map<String, AskedKernel> wanted = new HashMap<>();
  private int changes;
  private long mostRunning;

  /**
   * The pods are there and judged.
   *
   * @param account an empty directory
   */
  ClusterLoad(Path account) throws IOException, InterruptedException {
    cluster = Cluster.of(NODE, new ClusterAccess.ServiceAccount(URI.create(server.url()), account));
    pods = new ClusterPods(cluster, Set.of("edera"), ClusterPods.Pace.usual(), time);
    events = new ClusterEvents(cluster, time);
    ledger = Ledger.empty().telling(events);
    conditions =
        new NodeConditions(
            cluster, () -> List.of(ledger.book().condition()), events, time, new Random(1));
    judge = judge();
    IntStream.range(0, PODS).forEach(pod -> put("pod-" + pod, pod));
    pods.start();
    settle();
  }

  /** A second with its changes: what changed is judged and told. */
  void second() throws InterruptedException {
    for (int change = 0; change < CHANGES; change++) {
      put("pod-" + changes % PODS, changes * 7);
      changes++;
    }
    settle();
    time.advance(Duration.ofSeconds(1));
  }

  /** What the node's pods asked for last. */
  Map<String, AskedKernel> wanted() {
    return Map.copyOf(wanted);
  }

  /** What the pods with a verdict were judged for. */
  Map<String, AskedKernel> judged() {
    return ledger.book().pods().stream()
        .filter(pod -> pod.reason() == Reason.NO_SIGNATURE)
        .collect(Collectors.toMap(pod -> pod.pod().name(), PodVerdict::kernel));
  }

  long patches() {
    return server.seen().stream().filter(request -> request.path().endsWith("/status")).count();
  }

  long events() {
    return server.events().size();
  }

  /** The most turns that were ever under way. */
  long mostRunning() {
    return mostRunning;
  }

  @Override
  public void close() {
    judge.close();
    pods.close();
    cluster.close();
    server.close();
    threads.shutdownNow();
  }

  private void settle() throws InterruptedException {
    Eventually.holds(
        "everything is judged",
        () -> {
          judge.look();
          mostRunning = Math.max(mostRunning, judge.running());
          return judged().equals(wanted);
        });
    conditions.step();
    events.step();
  }

  private void put(String name, int kernel) {
    String image = "registry.test/kernel:" + kernel % KERNELS;
    wanted.put(name, new AskedKernel.Image(image));
    server.putPod(TestPod.named(NODE, name).with(AskedKernel.IMAGE_ANNOTATION, image));
  }

  private PodJudge judge() {
    MemorySource images = new MemorySource();
    kernel(
        images,
        "amd64",
        IntStream.range(0, KERNELS).mapToObj(Integer::toString).toArray(String[]::new));
    KernelVerifier verifier =
        TestVerifiers.of(
            new StallingSource(images, "nobody.test"),
            TestGate.fixtureSignatures(),
            TestGate.releaseWorkflowFor("registry.test/*"),
            new CheckSlots(threads, time::nanoTime, Duration.ofSeconds(10), 16, 1024),
            time);
    return new PodJudge(
        pods, verifier, ledger, _ -> {}, time::nanoTime, Pace.usual(Duration.ofSeconds(10)));
  }
}
