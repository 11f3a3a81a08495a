// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.TestPod;
import dev.kernelgate.verification.NodePods;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an API server tells about the pods of a node. */
@Timeout(60)
final class ClusterPodsTest {

  @TempDir private Path account;

  private FollowedPods pods;

  @BeforeEach
  void connect() throws Exception {
    pods = new FollowedPods(account);
  }

  @AfterEach
  void close() {
    pods.close();
  }

  @Test
  void readsWhatEachZonePodOfTheNodeAsksFor() {
    pods.server().putPod(FollowedPods.pod("plain"));
    pods.server()
        .putPod(
            FollowedPods.pod("image")
                .with("dev.edera/kernel", "ghcr.io/edera-dev/zone-kernel:6.15"));
    pods.server().putPod(FollowedPods.pod("variant").with("dev.edera/kernel-variant", "stable"));
    pods.server()
        .putPod(
            FollowedPods.pod("both")
                .with("dev.edera/kernel", "a:1")
                .with("dev.edera/kernel-variant", "stable"));
    pods.server().putPod(FollowedPods.pod("no-zone").withRuntimeClass("runc"));
    pods.server().putPod(FollowedPods.pod("completed").withPhase("Succeeded"));
    pods.server().putPod(TestPod.named("node-2", "elsewhere"));

    pods.start(FollowedPods.NO_LISTS);

    pods.knows(
        Map.of(
            "default/plain", new AskedKernel.NodeDefault(),
            "default/image", new AskedKernel.Image("ghcr.io/edera-dev/zone-kernel:6.15"),
            "default/variant", new AskedKernel.Variant("stable"),
            "default/both", new AskedKernel.Conflicting("a:1", "stable")));
    assertThat(pods.server().seen())
        .allMatch(
            request ->
                request.query().contains("fieldSelector=spec.nodeName=" + FollowedPods.NODE));
  }

  @Test
  void followsPodsThatComeChangeEndAndGo() {
    pods.start(FollowedPods.NO_LISTS);
    pods.knowsNames();
    pods.server().putPod(FollowedPods.pod("one"));
    pods.server().putPod(FollowedPods.pod("two"));
    pods.knowsNames("default/one", "default/two");

    pods.server().putPod(FollowedPods.pod("one").with("dev.edera/kernel-variant", "stable"));
    pods.knows(
        Map.of(
            "default/one", new AskedKernel.Variant("stable"),
            "default/two", new AskedKernel.NodeDefault()));

    pods.server().putPod(FollowedPods.pod("one").withPhase("Failed"));
    pods.knowsNames("default/two");
    pods.server().deletePod("default", "two");
    pods.knowsNames();
  }

  @Test
  void aPodThatWasMadeAnewIsAnotherPod() {
    pods.server().putPod(FollowedPods.pod("one"));
    pods.start(FollowedPods.NO_LISTS);
    pods.knowsNames("default/one");
    pods.server().deletePod("default", "one");
    pods.server().putPod(FollowedPods.pod("one").withUid("another"));

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
  void knowsSinceWhenTheNewestZoneRuns() {
    pods.server().putPod(FollowedPods.pod("one").startedAt("2026-11-22T11:00:00Z"));
    pods.server()
        .putPod(FollowedPods.pod("two").startedAt("2026-11-22T12:00:00Z").withPhase("Pending"));
    pods.server().putPod(FollowedPods.pod("three").startedAt("not a time"));
    pods.server()
        .putPod(
            FollowedPods.pod("four").startedAt("2026-11-22T12:30:00Z").withRuntimeClass("runc"));
    pods.start(FollowedPods.NO_LISTS);
    Eventually.holds(
        "the newest that runs",
        () ->
            pods.readIfChanged()
                .flatMap(NodePods::newestStart)
                .filter(Instant.parse("2026-11-22T11:00:00Z")::equals)
                .isPresent());
  }

  @Test
  void bookmarksAreNoPods() {
    pods.server().putPod(FollowedPods.pod("one"));
    pods.start(FollowedPods.NO_LISTS);
    pods.watches();
    pods.server().bookmark();
    pods.server().putPod(FollowedPods.pod("two"));
    pods.knowsNames("default/one", "default/two");
    assertThat(pods.server().count("GET")).isEqualTo(2);
  }
}
