// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.footprint;

import dev.kernelgate.footprint.AgentProcess.Memory;
import dev.kernelgate.footprint.FootprintSample.Load;
import dev.kernelgate.footprint.FootprintSample.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Samples as a Markdown table: a row for each quantity, a column for each set of samples. */
final class FootprintTable {

  private static final double KIBIBYTES = 1024;

  private final List<Row> rows = new ArrayList<>();

  /**
   * A quantity.
   *
   * @param format of each number
   * @param isSpread whether the smallest and the largest are shown beside the median
   * @param value of a sample, or nothing
   */
  private record Row(
      String title,
      String format,
      boolean isSpread,
      Function<FootprintSample, DoubleStream> value) {

    private String cell(List<FootprintSample> samples) {
      List<String> sorted =
          samples.stream()
              .flatMapToDouble(value)
              .sorted()
              .mapToObj(number -> String.format(Locale.ROOT, format, number))
              .toList();
      if (sorted.isEmpty()) {
        return "";
      }
      String median = sorted.get(sorted.size() / 2);
      return isSpread
          ? "%s (%s to %s)".formatted(median, sorted.getFirst(), sorted.getLast())
          : median;
    }
  }

  FootprintTable() {
    String checks = String.format(Locale.ROOT, "%,d checks", FootprintSample.CHECKS);
    start("socket answers, ms", Start::listening);
    start("first trusted answer, ms", Start::trusted);
    start("ready, ms", Start::ready);
    start("CPU until then, ms", Start::cpu);
    memory("after the start", sample -> Stream.of(sample.started()));
    load("first check after that, ms", "%.0f", Load::firstCheck);
    load("CPU of each of " + checks + ", ms", "%.1f", Load::checkCpu);
    memory("after " + checks, sample -> sample.load().stream().map(Load::checked));
    memory("after an hour's questions more", sample -> sample.load().stream().map(Load::asked));
    rows.add(new Row("idle, % of a core", "%.2f", false, sample -> sample.idle().stream()));
  }

  /** The table of these columns. */
  String of(Map<String, List<FootprintSample>> columns) {
    String heading = "| | " + String.join(" | ", columns.keySet()) + " |\n";
    String rule = "|---|" + "---:|".repeat(columns.size()) + "\n";
    return heading
        + rule
        + rows.stream().map(row -> line(row, columns)).collect(Collectors.joining());
  }

  private static String line(Row row, Map<String, List<FootprintSample>> columns) {
    List<String> cells = columns.values().stream().map(row::cell).toList();
    return "| " + row.title() + " | " + String.join(" | ", cells) + " |\n";
  }

  private void start(String title, ToDoubleFunction<Start> value) {
    rows.add(
        new Row(
            title, "%.0f", true, sample -> DoubleStream.of(value.applyAsDouble(sample.start()))));
  }

  private void load(String title, String format, ToDoubleFunction<Load> value) {
    rows.add(new Row(title, format, true, sample -> sample.load().stream().mapToDouble(value)));
  }

  private void memory(String when, Function<FootprintSample, Stream<Memory>> memory) {
    mebibytes("RSS " + when, memory, Memory::resident);
    mebibytes("PSS " + when, memory, Memory::proportional);
    mebibytes("anonymous " + when, memory, Memory::anonymous);
  }

  private void mebibytes(
      String title,
      Function<FootprintSample, Stream<Memory>> memory,
      ToLongFunction<Memory> kibibytes) {
    rows.add(
        new Row(
            title + ", MiB",
            "%.0f",
            false,
            sample ->
                memory.apply(sample).mapToDouble(one -> kibibytes.applyAsLong(one) / KIBIBYTES)));
  }
}
