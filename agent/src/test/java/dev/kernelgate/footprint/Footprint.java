// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.footprint;

import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the packed agent costs a node, as the table that {@code docs/benchmarks.md} quotes. {@code
 * [--node sample|cluster|restart]... [OPTION...]}: each column is one kind of node, and one option
 * for the virtual machine beside those that are shipped, such as {@code -XX:TieredStopAtLevel=4}.
 * Several starts of each, in turns.
 */
final class Footprint {

  private static final int ROUNDS = 5;
  private static final double MILLION = 1e6;

  /** A column: the shipped options, or one more. */
  private record Variant(
      MeasuredNode.Kind node, List<String> options, List<FootprintSample> samples) {

    Variant(MeasuredNode.Kind node, List<String> options) {
      this(node, options, new ArrayList<>());
    }

    /** Starts the agent once, on a node of its own. */
    void measure(Path directory, boolean isLast) throws IOException {
      System.err.printf(Locale.ROOT, "%s%n", this);
      try (MeasuredNode measured = node.in(Files.createDirectory(directory));
          AgentProcess agent = measured.start(options)) {
        samples.add(FootprintSample.of(agent, measured, isLast));
      }
    }

    @Override
    public String toString() {
      return options.isEmpty() ? node.toString() : node + ", `" + String.join(" ", options) + "`";
    }
  }

  private Footprint() {}

  public static void main(String[] arguments) throws Exception {
    List<Variant> variants = variants(List.of(arguments));
    Path directory = Files.createTempDirectory("kernelgate-footprint");
    for (int round = 0; round < ROUNDS; round++) {
      for (int column = 0; column < variants.size(); column++) {
        Path place = directory.resolve(round + "-" + column);
        variants.get(column).measure(place, round == ROUNDS - 1);
      }
    }
    // Kept where something failed, for the logs.
    MoreFiles.deleteRecursively(directory);
    System.out.printf(
        Locale.ROOT,
        "Installed: %.1f MB, compressed %.1f MB. Medians of %d starts, of times the extremes too."
            + "%n%n",
        AgentProcess.installedBytes() / MILLION,
        AgentProcess.compressedBytes() / MILLION,
        ROUNDS);
    Map<String, List<FootprintSample>> columns = new LinkedHashMap<>();
    variants.forEach(variant -> columns.put(variant.toString(), variant.samples()));
    System.out.print(new FootprintTable().of(columns));
  }

  private static List<Variant> variants(List<String> arguments) {
    Set<MeasuredNode.Kind> nodes = EnumSet.noneOf(MeasuredNode.Kind.class);
    List<List<String>> options = new ArrayList<>(List.of(List.of()));
    for (int at = 0; at < arguments.size(); at++) {
      if (arguments.get(at).equals("--node") && at + 1 < arguments.size()) {
        at++;
        nodes.add(MeasuredNode.Kind.named(arguments.get(at)));
      } else {
        options.add(List.of(arguments.get(at)));
      }
    }
    Set<MeasuredNode.Kind> all = EnumSet.allOf(MeasuredNode.Kind.class);
    return (nodes.isEmpty() ? all : nodes)
        .stream()
            .flatMap(node -> options.stream().map(option -> new Variant(node, option)))
            .toList();
  }
}
