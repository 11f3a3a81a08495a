// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.footprint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;

/**
 * What the packed agent costs a node, as the table that {@code docs/benchmarks.md} quotes. Each row
 * is one set of options for the virtual machine beside those that are shipped, such as {@code
 * -XX:TieredStopAtLevel=4}; each number is the median of several starts, taken in turns.
 */
final class Footprint {

  private static final int ROUNDS = 3;
  private static final int CHECKS = 1000;
  private static final int QUESTIONS = 3600;
  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final long MILLION = 1_000_000;

  /** One start, in milliseconds and kilobytes; idle in millionths of a core. */
  private record Sample(
      long listening,
      long answered,
      long ready,
      long cpu,
      long firstCheck,
      AgentProcess.Memory started,
      AgentProcess.Memory checked,
      AgentProcess.Memory loaded,
      long idle) {}

  private record Column(String title, ToLongFunction<Sample> value) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("socket answers ms", Sample::listening),
          new Column("first trusted answer ms", Sample::answered),
          new Column("ready ms", Sample::ready),
          new Column("CPU until then ms", Sample::cpu),
          new Column("first check ms", Sample::firstCheck),
          new Column("RSS MiB", sample -> mebibytes(sample.started.resident())),
          new Column("PSS MiB", sample -> mebibytes(sample.started.proportional())),
          new Column("anonymous MiB", sample -> mebibytes(sample.started.anonymous())),
          new Column("RSS after checks", sample -> mebibytes(sample.checked.resident())),
          new Column("anonymous after checks", sample -> mebibytes(sample.checked.anonymous())),
          new Column("RSS after questions", sample -> mebibytes(sample.loaded.resident())),
          new Column("anonymous after questions", sample -> mebibytes(sample.loaded.anonymous())),
          new Column("idle ppm of a core", Sample::idle));

  private Footprint() {}

  public static void main(String[] arguments) throws Exception {
    List<String> variants = new ArrayList<>(List.of("as shipped"));
    variants.addAll(List.of(arguments));
    List<List<Sample>> samples = new ArrayList<>();
    variants.forEach(_ -> samples.add(new ArrayList<>()));
    for (int round = 0; round < ROUNDS; round++) {
      for (int variant = 0; variant < variants.size(); variant++) {
        List<String> options = variant == 0 ? List.of() : List.of(variants.get(variant));
        samples.get(variant).add(measure(options));
      }
    }
    System.out.printf(
        Locale.ROOT,
        "Installed: %.1f MB, compressed %.1f MB. After the start; after %d checks of %s; after %d"
            + " questions more.%n%n",
        (double) AgentProcess.installedBytes() / MILLION,
        (double) AgentProcess.compressedBytes() / MILLION,
        CHECKS,
        "images in a registry",
        QUESTIONS);
    print(variants, samples);
  }

  private static Sample measure(List<String> options) throws IOException {
    Path directory = Files.createTempDirectory("kernelgate-footprint");
    try (RehearsedNode node = new RehearsedNode(directory);
        AgentProcess agent = node.start(options.toArray(String[]::new))) {
      Duration listening = agent.firstGood("/healthz");
      Duration answered = agent.firstGood(AgentProcess.decision(RehearsedNode.KNOWN_IMAGE));
      Duration ready = agent.firstGood("/readyz");
      long cpu = agent.cpu().toMillis();
      List<String> images = node.images();
      long before = System.nanoTime();
      agent.decide(images.getFirst());
      long firstCheck = (System.nanoTime() - before) / MILLION;
      pause(SETTLE);
      AgentProcess.Memory started = agent.memory();
      check(agent, images);
      AgentProcess.Memory checked = agent.memory();
      for (int question = 0; question < QUESTIONS; question++) {
        agent.decide(RehearsedNode.KNOWN_IMAGE);
      }
      AgentProcess.Memory loaded = agent.memory();
      pause(SETTLE);
      Duration idle = agent.cpu();
      pause(IDLE);
      long ppm = agent.cpu().minus(idle).toNanos() * MILLION / IDLE.toNanos();
      return new Sample(
          listening.toMillis(),
          answered.toMillis(),
          ready.toMillis(),
          cpu,
          firstCheck,
          started,
          checked,
          loaded,
          ppm);
    }
  }

  /** Checks that begin anew: what was remembered is forgotten between two rounds of all images. */
  private static void check(AgentProcess agent, List<String> images) {
    for (int check = 0; check < CHECKS; check++) {
      int at = check % images.size();
      if (at == 0) {
        agent.forget();
      }
      agent.decide(images.get(at));
    }
  }

  private static void print(List<String> variants, List<List<Sample>> samples) {
    System.out.println(
        "| | " + String.join(" | ", COLUMNS.stream().map(Column::title).toList()) + " |");
    System.out.println("|---|" + "---:|".repeat(COLUMNS.size()));
    for (int variant = 0; variant < variants.size(); variant++) {
      List<Sample> of = samples.get(variant);
      List<String> values =
          COLUMNS.stream().map(column -> Long.toString(median(of, column.value()))).toList();
      System.out.println("| " + variants.get(variant) + " | " + String.join(" | ", values) + " |");
    }
  }

  private static long median(List<Sample> samples, ToLongFunction<Sample> value) {
    return samples.stream()
        .mapToLong(value)
        .sorted()
        .skip(samples.size() / 2)
        .findFirst()
        .orElse(0);
  }

  private static long mebibytes(long kilobytes) {
    return Math.round(kilobytes / 1024.0);
  }

  private static void pause(Duration duration) {
    LockSupport.parkNanos(duration.toNanos());
  }
}
