// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.FakeApiServer;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.TestPod;
import dev.kernelgate.verification.NodePods;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pods of a node as an API server tells them, on good days and on bad ones. */
@Timeout(60)
final class ClusterPodsTest {

  private static final String NODE = "node-1";
  private static final ClusterPods.Pace NO_LISTS =
      new ClusterPods.Pace(Duration.ofHours(1), Duration.ofMillis(100));
  private static final ClusterPods.Pace MANY_LISTS =
      new ClusterPods.Pace(Duration.ofMillis(200), Duration.ofMillis(100));

  @TempDir private Path account;

  private final FakeApiServer server = FakeApiServer.start();
  private Cluster cluster;
  private ClusterPods pods;
  private Map<String, AskedKernel> known = Map.of();
  private List<String> problems = List.of();

  @BeforeEach
  void connect() throws Exception {
    Files.writeString(account.resolve("token"), "first\n");
    server.requireToken("first");
    cluster = Cluster.of(NODE, new ClusterAccess.ServiceAccount(URI.create(server.url()), account));
    pods = podsAt(NO_LISTS);
  }

  @AfterEach
  void close() {
    pods.close();
    cluster.close();
    server.close();
  }

  @Test
  void readsWhatEachZonePodOfTheNodeAsksFor() {
    server.putPod(pod("plain"));
    server.putPod(pod("image").with("dev.edera/kernel", "ghcr.io/edera-dev/zone-kernel:6.15"));
    server.putPod(pod("variant").with("dev.edera/kernel-variant", "stable"));
    server.putPod(
        pod("both").with("dev.edera/kernel", "a:1").with("dev.edera/kernel-variant", "stable"));
    server.putPod(pod("no-zone").withRuntimeClass("runc"));
    server.putPod(pod("completed").withPhase("Succeeded"));
    server.putPod(TestPod.named("node-2", "elsewhere"));

    start(NO_LISTS);

    knows(
        Map.of(
            "default/plain", new AskedKernel.NodeDefault(),
            "default/image", new AskedKernel.Image("ghcr.io/edera-dev/zone-kernel:6.15"),
            "default/variant", new AskedKernel.Variant("stable"),
            "default/both", new AskedKernel.Conflicting("a:1", "stable")));
    assertThat(server.seen())
        .allMatch(request -> request.query().contains("fieldSelector=spec.nodeName=" + NODE));
  }

  @Test
  void followsPodsThatComeChangeEndAndGo() {
    start(NO_LISTS);
    knowsNames();
    server.putPod(pod("one"));
    server.putPod(pod("two"));
    knowsNames("default/one", "default/two");

    server.putPod(pod("one").with("dev.edera/kernel-variant", "stable"));
    knows(
        Map.of(
            "default/one", new AskedKernel.Variant("stable"),
            "default/two", new AskedKernel.NodeDefault()));

    server.putPod(pod("one").withPhase("Failed"));
    knowsNames("default/two");
    server.deletePod("default", "two");
    knowsNames();
  }

  @Test
  void aPodThatWasMadeAnewIsAnotherPod() {
    server.putPod(pod("one"));
    start(NO_LISTS);
    knowsNames("default/one");
    server.deletePod("default", "one");
    server.putPod(pod("one").withUid("another"));

    Eventually.holds(
        "only the new one is known",
        () ->
            pods.readIfChanged()
                .map(NodePods::kernels)
                .filter(all -> all.size() == 1)
                .filter(all -> all.keySet().iterator().next().uid().equals("another"))
                .isPresent());
  }

  @Test
  void saysNothingBeforeThePodsAreKnown() {
    server.fail(503);
    server.putPod(pod("one"));
    start(NO_LISTS);
    Eventually.holds("it was asked twice", () -> server.seen().size() > 1);
    assertThat(pods.readIfChanged()).isEmpty();

    server.recover();
    knowsNames("default/one");
  }

  @Test
  void keepsTheLastKnownPodsWhileTheServerIsAway() {
    server.putPod(pod("one"));
    start(MANY_LISTS);
    knowsNames("default/one");
    server.fail(503);
    told("the API server does not tell the node's pods since");
    assertThat(known).containsOnlyKeys("default/one");

    server.putPod(pod("two"));
    server.recover();
    knowsNames("default/one", "default/two");
    Eventually.holds("the problem is over", () -> read() && problems.isEmpty());
  }

  @Test
  void beginsAgainWhenTheServerHasForgottenTheHistory() {
    server.putPod(pod("one"));
    server.putPod(pod("two"));
    start(NO_LISTS);
    knowsNames("default/one", "default/two");
    watches();
    server.deletePod("default", "one");
    server.compact();
    server.putPod(pod("three"));
    knowsNames("default/two", "default/three");
  }

  @Test
  void outlivesGarbage() {
    server.putPod(pod("one"));
    start(NO_LISTS);
    for (String garbage :
        List.of(
            "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Pod\",",
            "<html>Sign in</html>",
            "{\"type\":\"ADDED\",\"object\":[]}",
            "{\"type\":\"STRANGE\",\"object\":{\"kind\":\"Pod\"}}",
            "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\","
                + "\"metadata\":{\"name\":\"empty\",\"namespace\":\"default\"}}}")) {
      watches();
      server.sendToWatches(garbage);
      server.endWatches();
      watches();
      server.putPod(pod("one").with("dev.edera/kernel", garbage));
      Eventually.holds(
          "the pod is followed after " + garbage,
          () -> read() && new AskedKernel.Image(garbage).equals(known.get("default/one")));
    }
  }

  @Test
  void noticesWhatASilentWatchDoesNotTell() {
    server.putPod(pod("one"));
    start(MANY_LISTS);
    knowsNames("default/one");
    watches();
    server.putPodUnheard(pod("two"));
    knowsNames("default/one", "default/two");
  }

  @Test
  void takesARotatedToken() throws Exception {
    server.putPod(pod("one"));
    start(NO_LISTS);
    knowsNames("default/one");
    watches();
    Files.writeString(account.resolve("token"), "second");
    server.requireToken("second");
    server.putPod(pod("two"));
    server.endWatches();
    server.putPod(pod("three"));
    knowsNames("default/one", "default/two", "default/three");
    assertThat(server.seen()).allMatch(request -> request.status() == 200);
  }

  @Test
  void bookmarksAreNoPods() {
    server.putPod(pod("one"));
    start(NO_LISTS);
    watches();
    server.bookmark();
    server.putPod(pod("two"));
    knowsNames("default/one", "default/two");
    assertThat(server.count("GET")).isEqualTo(2);
  }

  private void start(ClusterPods.Pace pace) {
    pods = podsAt(pace);
    pods.start();
  }

  private ClusterPods podsAt(ClusterPods.Pace pace) {
    return new ClusterPods(cluster, Set.of("edera"), pace, FakeTime.afterFixtures());
  }

  private void watches() {
    Eventually.holds("a watch is open", () -> server.openWatches() == 1);
  }

  private void knowsNames(String... names) {
    Eventually.holds(
        "the pods are " + List.of(names), () -> read() && known.keySet().equals(Set.of(names)));
  }

  private void knows(Map<String, AskedKernel> expected) {
    Eventually.holds("the pods are " + expected, () -> read() && known.equals(expected));
  }

  private void told(String problem) {
    Eventually.holds(
        problem, () -> read() && problems.stream().anyMatch(line -> line.startsWith(problem)));
  }

  /** Takes what has changed; whether anything is known at all. */
  private boolean read() {
    pods.readIfChanged()
        .ifPresent(
            now -> {
              Map<String, AskedKernel> kernels = new TreeMap<>();
              now.kernels().forEach((pod, kernel) -> kernels.put(pod.qualifiedName(), kernel));
              known = kernels;
              problems = now.problems();
            });
    return true;
  }

  private static TestPod pod(String name) {
    return TestPod.named(NODE, name);
  }
}
