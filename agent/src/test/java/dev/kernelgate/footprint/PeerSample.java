// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.footprint;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What one peer took in one round, or, as the median of each column, in several. */
record PeerSample(Map<Column, Double> values) {

  /** The columns of the table. */
  enum Column {
    START("start to first decision, ms"),
    START_RESIDENT("RSS then, MiB"),
    FRESH("fresh check, ms"),
    FRESH_CPU("its CPU, ms"),
    REQUESTS("its requests"),
    REPEATED("asked again, ms"),
    JUNK("fresh check beside 200 junk signatures, ms"),
    RESIDENT("RSS after all, MiB");

    private final String title;

    Column(String title) {
      this.title = title;
    }
  }

  PeerSample {
    values = new EnumMap<>(values);
  }

  /** The median of each column, for columns that have values in every round. */
  static PeerSample median(List<PeerSample> rounds) {
    Map<Column, Double> medians = new EnumMap<>(Column.class);
    rounds
        .getFirst()
        .values()
        .keySet()
        .forEach(
            column ->
                medians.put(column, medianOf(rounds.stream().map(r -> r.values().get(column)))));
    return new PeerSample(medians);
  }

  /** The median of some numbers. */
  static double medianOf(Stream<Double> numbers) {
    List<Double> sorted = numbers.sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  /** The rows of a Markdown table above all samples. */
  static String heading() {
    List<String> titles = Stream.of(Column.values()).map(column -> column.title).toList();
    return "| | " + String.join(" | ", titles) + " |\n|---|" + "---:|".repeat(titles.size());
  }

  /** A row of that table. */
  String row(String name) {
    List<String> cells = new ArrayList<>(List.of(name));
    for (Column column : Column.values()) {
      cells.add(values.containsKey(column) ? rounded(values.get(column)) : "");
    }
    return "| " + String.join(" | ", cells) + " |";
  }

  /** Two digits that count, or all of a whole number. */
  private static String rounded(double value) {
    String format = value >= 10 ? "%.0f" : value >= 1 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
