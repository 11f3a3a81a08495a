// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.testing.UnixHttpClient;
import dev.kernelgate.testing.UnixHttpClient.Response;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that goes down with its registry there and comes up with its registry away. */
@Timeout(60)
final class EvidenceAfterRestartTest {

  private static final Pattern INDEX = Pattern.compile("\"indexDigest\":\"(sha256:[0-9a-f]{64})\"");

  private static final String SECTIONS =
      """
      socket:
        path: kernelgate.sock
      node:
        imageCache: none
      evidence:
        directory: evidence
      """;

  @TempDir private Path directory;

  @Test
  void theFirstDecisionAfterARestartComesFromEvidence() throws Exception {
    String repository;
    String pinned;
    Path config = directory.resolve("kernelgate.yaml");
    try (TestRegistry registry = TestRegistry.ofFixtures();
        Agent _ = TestAgent.start(registry.configure(directory, SECTIONS));
        UnixHttpClient client = UnixHttpClient.connect(socket())) {
      repository = registry.host() + "/edera-dev/c-v3-bundle-index";
      Matcher index = INDEX.matcher(decide(client, repository + ":6.15.6").body());
      assertThat(index.find()).isTrue();
      pinned = repository + "@" + index.group(1);
      assertThat(decide(client, pinned).status()).isEqualTo(200);
      TestAgent.awaitEvidence(client);
    }

    try (Agent _ = TestAgent.start(config);
        UnixHttpClient client = UnixHttpClient.connect(socket())) {
      Response byDigest = decide(client, pinned);
      assertThat(byDigest.status()).isEqualTo(200);
      assertThat(byDigest.body())
          .contains("\"reason\":\"SignedIndex\"")
          .contains("\"evidence\":\"stored\",\"fetchedAt\":\"");
      assertThat(client.get("/metrics").body())
          .contains("kernelgate_fetches_total{result=\"found\",source=\"evidence\"}");
      Response byTag = decide(client, repository + ":6.15.6");
      assertThat(byTag.status()).isEqualTo(503);
      assertThat(byTag.body()).contains("\"reason\":\"RegistryUnreachable\"");
    }
  }

  private static Response decide(UnixHttpClient client, String image) {
    return client.post("/v1/decide", "{\"image\": \"" + image + "\"}");
  }

  private Path socket() {
    return directory.resolve("kernelgate.sock");
  }
}
