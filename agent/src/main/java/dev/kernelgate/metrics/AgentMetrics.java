// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.metrics;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.oci.FetchListener;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verification.Decision;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** The agent's counters and gauges, in a registry of their own. Safe for any thread. */
public final class AgentMetrics implements FetchListener {

  /** The media type of {@link #exposition()}. */
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final List<String> BUILD_LABELS =
      List.of("version", "platform", "mode", "policy_revision", "trust_root_revision");

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter decisions =
      Counter.builder()
          .name("kernelgate_decisions_total")
          .help("Decisions, by who asked, verdict and reason.")
          .labelNames("asked_by", "verdict", "reason")
          .register(registry);
  private final Histogram durations =
      Histogram.builder()
          .name("kernelgate_decision_duration_seconds")
          .help("Time from question to decision, by who asked.")
          .unit(Unit.SECONDS)
          .labelNames("asked_by")
          .classicOnly()
          // From a remembered answer to the longest deadline.
          .classicUpperBounds(0.0001, 0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60)
          .register(registry);
  private final Counter fetches =
      Counter.builder()
          .name("kernelgate_fetches_total")
          .help("Questions to registries and layouts, by source and what came of them.")
          .labelNames("source", "result")
          .register(registry);

  private final Info build =
      Info.builder()
          .name("kernelgate_build_info")
          .help("Version of the agent, revisions of its policy and trust root.")
          .labelNames(BUILD_LABELS.toArray(String[]::new))
          .register(registry);

  /** Who put a question. */
  public enum AskedBy {
    /** A peer on the socket. */
    SOCKET("socket"),
    /** The agent itself, for a pod of the node. */
    POD("pod"),
    /** The agent itself, for an image of the configuration. */
    WARM_UP("warm-up"),
    /** The agent itself, about a kernel whose verdict is known beforehand. */
    CANARY("canary");

    private final String text;

    AskedBy(String text) {
      this.text = text;
    }
  }

  /**
   * One of several numbers under a name.
   *
   * @param labels their values, in the order of the names
   */
  public record Sample(List<String> labels, double value) {
    public Sample {
      labels = List.copyOf(labels);
    }
  }

  /** Counts a decision. */
  public void decided(AskedBy askedBy, Decision decision, Duration took) {
    decisions
        .labelValues(
            askedBy.text,
            decision.verdict().outcome().toString(),
            decision.verdict().reason().toString())
        .inc();
    durations.labelValues(askedBy.text).observe(took.toNanos() / 1e9);
  }

  @Override
  public void answered(BootSource source, Repository repository, boolean isThere) {
    fetches.labelValues(source.toString(), isThere ? "found" : "absent").inc();
  }

  @Override
  public void failed(BootSource source, Repository repository, ProblemException failure) {
    fetches.labelValues(source.toString(), failure.problem().reason().toString()).inc();
  }

  /** Shows a number that is asked for whenever somebody looks. */
  public void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(gauge -> gauge.call(value.getAsDouble()))
        .register(registry);
  }

  /** Shows a number that only grows and is counted elsewhere; its name gets {@code _total}. */
  public void counter(String name, String help, DoubleSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(counter -> counter.call(value.getAsDouble()))
        .register(registry);
  }

  /** Shows how many of the node's pods have which verdict. */
  public void pods(Supplier<Map<Outcome, Long>> counts) {
    gauges(
        "kernelgate_pods",
        "Pods of this node that get a zone, by the verdict on their kernel.",
        List.of("verdict"),
        () -> {
          Map<Outcome, Long> now = counts.get();
          return Arrays.stream(Outcome.values())
              .map(
                  outcome -> new Sample(List.of(outcome.toString()), now.getOrDefault(outcome, 0L)))
              .toList();
        });
  }

  /** Shows numbers that are asked for whenever somebody looks. */
  public void gauges(
      String name, String help, List<String> labels, Supplier<List<Sample>> samples) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(labels.toArray(String[]::new))
        .callback(
            gauge ->
                samples
                    .get()
                    .forEach(
                        sample ->
                            gauge.call(sample.value(), sample.labels().toArray(String[]::new))))
        .register(registry);
  }

  /** Shows what is being run, in place of what was before: versions and revisions. */
  public void build(Map<String, String> labels) {
    build.setLabelValues(
        BUILD_LABELS.stream().map(name -> labels.getOrDefault(name, "")).toArray(String[]::new));
  }

  /** Everything in the Prometheus text format, version 0.0.4. */
  public byte[] exposition() {
    ByteArrayOutputStream text = new ByteArrayOutputStream(4096);
    try {
      PrometheusTextFormatWriter.create()
          .write(text, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return text.toByteArray();
  }
}
