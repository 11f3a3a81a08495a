// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.testing.SampleNode;
import dev.kernelgate.testing.UnixHttpClient;
import dev.kernelgate.testing.UnixHttpClient.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the running agent counts, and {@code docs/metrics.md}, which says that it is complete. */
@Timeout(60)
final class MetricsTest {

  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(kernelgate_\\w+)` \\| (\\w+)[^|]*\\|([^|]*)\\|");
  private static final Pattern LABEL = Pattern.compile("[{,](\\w+)=\"");
  private static final Pattern NAME = Pattern.compile("`(\\w+)`");

  @TempDir private Path directory;

  @Test
  void everyMetricOfTheAgentIsInTheDocument() throws Exception {
    String document = Files.readString(Path.of("docs", "metrics.md"));
    Map<String, String> documented = new TreeMap<>();
    ROW.matcher(document)
        .results()
        .forEach(row -> documented.put(row.group(1), row.group(2) + names(NAME, row.group(3))));

    String exposition = expositionOfTheSampleNode();

    Map<String, String> sent = new TreeMap<>();
    TYPE.matcher(exposition)
        .results()
        .forEach(
            type ->
                sent.put(
                    type.group(1), type.group(2) + names(LABEL, lines(exposition, type.group(1)))));
    assertThat(sent).isEqualTo(documented);
  }

  private String expositionOfTheSampleNode() throws Exception {
    SampleNode node = SampleNode.copiedTo(directory);
    try (Agent _ = TestAgent.start(node.config());
        UnixHttpClient client = UnixHttpClient.connect(node.socket())) {
      client.get("/v1/decide?variant=stable");
      Response response = client.get("/metrics");
      while (!response.body().contains("asked_by=\"pod\"")
          || !response.body().contains("kernelgate_canary_asked")) {
        response = client.get("/metrics");
      }
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.headers())
          .containsEntry("content-type", "text/plain; version=0.0.4; charset=utf-8");
      assertThat(response.body())
          .contains("kernelgate_connections 1.0")
          .contains(
              "kernelgate_decisions_total{asked_by=\"socket\",reason=\"SignedIndex\",verdict=\"trusted\"}"
                  + " 1.0")
          .contains("kernelgate_fetches_total{result=\"found\",source=\"layout\"}");
      return response.body();
    }
  }

  private static String lines(String exposition, String metric) {
    return exposition
        .lines()
        .filter(line -> line.startsWith(metric))
        .map(line -> line.replaceAll("[{,]?le=\"[^\"]*\"", ""))
        .collect(Collectors.joining("\n"));
  }

  private static Set<String> names(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult name) -> name.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
