// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.ahead.Pace;
import dev.kernelgate.kubernetes.ClusterEvents;
import dev.kernelgate.kubernetes.ClusterPods;
import dev.kernelgate.kubernetes.NodeConditions;
import dev.kernelgate.testing.Golden;
import dev.kernelgate.verification.Lifetimes;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** {@code docs/scale.md}: what a fleet asks of API server and registry, from the constants. */
final class ScaleDocumentTest {

  private static final int NODES = 5000;
  private static final int PODS = 50;
  private static final int KERNELS = 3;

  /** Index, platform manifest, configuration; as {@code FirstCheckBenchmark} counts them. */
  private static final int TO_RESOLVE = 3;

  /** Referrers, fallback tag or bundle manifest, bundle; the same. */
  private static final int TO_VERIFY = 3;

  /** Times between things that repeat are a tenth more or less. */
  private static final double JITTER = 0.2;

  private final ClusterPods.Pace pods = ClusterPods.Pace.usual();
  private final Pace judge = Pace.usual(Duration.ofSeconds(10));
  private final Lifetimes lifetimes = Lifetimes.defaults();

  @Test
  void saysWhatTheConstantsSay() {
    Golden.assertDocument("scale.md", head() + apiServer() + registry() + rest());
  }

  private static String head() {
    return """
    # %,d nodes, on paper

    Computed from the constants of the code by `ScaleDocumentTest`, not measured: %,d nodes, each with %d zone pods that ask for %d
    different kernels. What one agent needs is measured in [benchmarks.md](benchmarks.md).

    """
        .formatted(NODES, NODES, PODS, KERNELS);
  }

  private String apiServer() {
    return """
    ## The API server

    | request | each node | all nodes |
    |---|---|---|
    | watch on the node's pods | 1 open, made anew by the client every 5 to 10 minutes | %,d open, %s a second |
    | list of the node's pods, in case a watch is silent without an error | every %s | %s a second |
    | the same, where the server sends no bookmarks | every %s | %s a second |
    | patch of the node's conditions, nothing changes | every %s | %s a second |
    | the same, everything changes all the time | every %s | %,d a second |
    | event about a pod, agents start one after another | %d at once, then one every %s | one for each zone pod, %,d in all |

    Every repeated time is a tenth more or less. Nodes that start at the same moment, after a power failure, send their first
    heartbeats within %s: %s patches a second. With each beat they drift further apart; after some 25 beats nothing is left of the
    common start. Lists are of one node's pods by a field selector, which the API server has an index for.

    """
        .formatted(
            NODES,
            perSecond(Duration.ofSeconds(450), 1),
            time(pods.quiet()),
            perSecond(pods.quiet(), 1),
            time(pods.silent()),
            perSecond(pods.silent(), 1),
            time(NodeConditions.HEARTBEAT),
            perSecond(NodeConditions.HEARTBEAT, 1),
            time(NodeConditions.APART),
            NODES / NodeConditions.APART.toSeconds(),
            ClusterEvents.BURST,
            time(ClusterEvents.REFILL),
            NODES * PODS,
            time(scaled(NodeConditions.HEARTBEAT)),
            perSecond(scaled(NodeConditions.HEARTBEAT), 1));
  }

  private String registry() {
    return """
    ## The registry

    | kernels | each node | all nodes |
    |---|---|---|
    | trusted, by digest | %d kernels, %d requests each, every %s | %s requests a second |
    | trusted, by tag | the tag again every %s, %d requests; its signatures every %s, %d | %s requests a second |
    | one that is rejected on every node | every %s, %d requests | %s requests a second |
    | first check, all nodes start within ten minutes | %d requests | %s requests a second |

    Pods that ask for the same kernel share one check, so the number of pods is not in this table. A launcher that asks for a tag
    costs a look at the tag when the last one is more than %s ago. `429` and `Retry-After` are obeyed, and never read as unsigned.

    """
        .formatted(
            KERNELS,
            TO_RESOLVE + TO_VERIFY,
            time(lifetimes.trusted()),
            perSecond(lifetimes.trusted(), KERNELS * (TO_RESOLVE + TO_VERIFY)),
            time(judge.trusted()),
            TO_RESOLVE,
            time(lifetimes.trusted()),
            TO_VERIFY,
            sum(
                rate(judge.trusted(), KERNELS * TO_RESOLVE),
                rate(lifetimes.trusted(), KERNELS * TO_VERIFY)),
            time(judge.other()),
            TO_RESOLVE + TO_VERIFY,
            perSecond(judge.other(), TO_RESOLVE + TO_VERIFY),
            KERNELS * (TO_RESOLVE + TO_VERIFY),
            perSecond(Duration.ofMinutes(10), KERNELS * (TO_RESOLVE + TO_VERIFY)),
            time(lifetimes.tag()));
  }

  private static String rest() {
    return """
    ## What follows

    - Pin kernels by digest, as [the policies](../../daemonset/README.md) demand: it is safer, and costs a sixth to a seventh of tags.
    - Let a mirror of your own stand before a public registry (`registries[].mirrors`): the table says what it has to bear.
    - Roll out agents a few at a time. The API server's own limits (API Priority and Fairness) hold agents back before it suffers;
      an agent that is held back keeps answering its node.
    """;
  }

  /** The window in which beats of the same moment arrive. */
  private static Duration scaled(Duration period) {
    return Duration.ofMillis(Math.round(period.toMillis() * JITTER));
  }

  private static double rate(Duration period, int requests) {
    return NODES * (double) requests / period.toSeconds();
  }

  private static String perSecond(Duration period, int requests) {
    return sum(rate(period, requests), 0);
  }

  private static String sum(double one, double other) {
    return String.format(Locale.ROOT, "%,.0f", one + other);
  }

  private static String time(Duration duration) {
    if (duration.toSeconds() % 3600 == 0) {
      return counted(duration.toHours(), "hour");
    }
    return duration.toSeconds() % 60 == 0
        ? counted(duration.toMinutes(), "minute")
        : counted(duration.toSeconds(), "second");
  }

  private static String counted(long number, String unit) {
    return number + " " + unit + (number == 1 ? "" : "s");
  }
}
