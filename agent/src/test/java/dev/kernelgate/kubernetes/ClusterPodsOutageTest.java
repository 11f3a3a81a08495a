// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.testing.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pods of a node on bad days: outages, garbage, silence, forgotten history, a new token. */
@Timeout(60)
final class ClusterPodsOutageTest {

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
  void saysNothingBeforeThePodsAreKnown() {
    pods.server().fail(503);
    pods.server().putPod(FollowedPods.pod("one"));
    pods.start(FollowedPods.NO_LISTS);
    Eventually.holds("it was asked twice", () -> pods.server().seen().size() > 1);
    assertThat(pods.readIfChanged()).isEmpty();

    pods.server().recover();
    pods.knowsNames("default/one");
  }

  @Test
  void keepsTheLastKnownPodsWhileTheServerIsAway() {
    pods.server().putPod(FollowedPods.pod("one"));
    pods.start(FollowedPods.MANY_LISTS);
    pods.knowsNames("default/one");
    pods.server().fail(503);
    pods.told("the API server does not tell the node's pods since");
    assertThat(pods.known()).containsOnlyKeys("default/one");

    pods.server().putPod(FollowedPods.pod("two"));
    pods.server().recover();
    pods.knowsNames("default/one", "default/two");
    Eventually.holds("the problem is over", () -> pods.problems().isEmpty());
  }

  @Test
  void beginsAgainWhenTheServerHasForgottenTheHistory() {
    pods.server().putPod(FollowedPods.pod("one"));
    pods.server().putPod(FollowedPods.pod("two"));
    pods.start(FollowedPods.NO_LISTS);
    pods.knowsNames("default/one", "default/two");
    pods.watches();
    pods.server().deletePod("default", "one");
    pods.server().compact();
    pods.server().putPod(FollowedPods.pod("three"));
    pods.knowsNames("default/two", "default/three");
  }

  @Test
  void outlivesGarbage() {
    pods.server().putPod(FollowedPods.pod("one"));
    pods.start(FollowedPods.NO_LISTS);
    for (String garbage :
        List.of(
            "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Pod\",",
            "<html>Sign in</html>",
            "{\"type\":\"ADDED\",\"object\":[]}",
            "{\"type\":\"STRANGE\",\"object\":{\"kind\":\"Pod\"}}",
            "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\","
                + "\"metadata\":{\"name\":\"empty\",\"namespace\":\"default\"}}}")) {
      pods.watches();
      pods.server().sendToWatches(garbage);
      pods.server().endWatches();
      pods.watches();
      pods.server().putPod(FollowedPods.pod("one").with("dev.edera/kernel", garbage));
      Eventually.holds(
          "the pod is followed after " + garbage,
          () -> new AskedKernel.Image(garbage).equals(pods.known().get("default/one")));
    }
  }

  @Test
  void noticesWhatASilentWatchDoesNotTell() {
    pods.server().putPod(FollowedPods.pod("one"));
    pods.start(FollowedPods.MANY_LISTS);
    pods.knowsNames("default/one");
    pods.watches();
    pods.server().putPodUnheard(FollowedPods.pod("two"));
    pods.knowsNames("default/one", "default/two");
  }

  @Test
  void listsWhenTheServerHasBeenSilent() {
    pods.server().putPod(FollowedPods.pod("one"));
    pods.start(FollowedPods.LISTS_IN_SILENCE);
    pods.knowsNames("default/one");
    pods.watches();
    pods.server().putPodUnheard(FollowedPods.pod("two"));
    pods.knowsNames("default/one", "default/two");
  }

  @Test
  void saysAtOnceThatTheServerHasGoneAway() {
    pods.server().putPod(FollowedPods.pod("one"));
    pods.start(FollowedPods.NO_LISTS_AT_ALL);
    pods.knowsNames("default/one");
    pods.watches();
    pods.server().fail(503);
    pods.told("the API server does not tell the node's pods since");
    assertThat(pods.known()).containsOnlyKeys("default/one");
    pods.server().recover();
    Eventually.holds("the problem is over", () -> pods.problems().isEmpty());
  }

  @Test
  void outlivesAConnectionThatBreaksInTheMiddleOfALine() {
    pods.server().putPod(FollowedPods.pod("one"));
    pods.start(FollowedPods.NO_LISTS);
    pods.knowsNames("default/one");
    pods.watches();
    pods.server().breakNextLine();
    pods.server().putPod(FollowedPods.pod("two"));
    pods.server().putPod(FollowedPods.pod("one").with("dev.edera/kernel-variant", "stable"));
    pods.knows(
        Map.of(
            "default/one", new AskedKernel.Variant("stable"),
            "default/two", new AskedKernel.NodeDefault()));
  }

  @Test
  void takesARotatedToken() throws Exception {
    pods.server().putPod(FollowedPods.pod("one"));
    pods.start(FollowedPods.NO_LISTS);
    pods.knowsNames("default/one");
    pods.watches();
    Files.writeString(pods.account().resolve("token"), "second");
    pods.server().requireToken("second");
    pods.server().putPod(FollowedPods.pod("two"));
    pods.server().endWatches();
    pods.server().putPod(FollowedPods.pod("three"));
    pods.knowsNames("default/one", "default/two", "default/three");
    assertThat(pods.server().seen()).allMatch(request -> request.status() == 200);
  }
}
