// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.config.ConfigFile;
import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.Fixtures;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.testing.UnixHttpClient;
import dev.kernelgate.testing.UnixHttpClient.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that goes down with its registry there and comes up with its registry away. */
@Timeout(60)
final class EvidenceAfterRestartTest {

  private static final Pattern INDEX = Pattern.compile("\"indexDigest\":\"(sha256:[0-9a-f]{64})\"");

  @TempDir private Path directory;

  @Test
  void theFirstDecisionAfterARestartComesFromEvidence() throws Exception {
    String repository;
    String pinned;
    try (TestRegistry registry = TestRegistry.ofFixtures();
        Agent _ = start(registry.host());
        UnixHttpClient client = UnixHttpClient.connect(socket())) {
      repository = registry.host() + "/edera-dev/c-v3-bundle-index";
      Matcher index = INDEX.matcher(decide(client, repository + ":6.15.6").body());
      assertThat(index.find()).isTrue();
      pinned = repository + "@" + index.group(1);
      assertThat(decide(client, pinned).status()).isEqualTo(200);
      Eventually.holds(
          "evidence is on the disk",
          () -> !client.get("/metrics").body().contains("kernelgate_evidence_bytes 0.0"));
    }

    String host = repository.substring(0, repository.indexOf('/'));
    try (Agent _ = start(host);
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

  private Agent start(String registry) throws Exception {
    Surroundings surroundings = new Surroundings(Clock.systemUTC(), System::nanoTime, Map.of());
    return Agent.start(ConfigFile.load(config(registry)), Architecture.AMD64, surroundings);
  }

  private Path config(String registry) throws IOException {
    Files.copy(
        Fixtures.root().resolve("trust/trusted_root.json"),
        directory.resolve("trusted_root.json"),
        StandardCopyOption.REPLACE_EXISTING);
    return Files.writeString(
        directory.resolve("kernelgate.yaml"),
        """
        trustRoots:
          - file: trusted_root.json
        registries:
          - host: %1$s
            plainHttp: true
        policy:
          rules:
            - name: fixtures
              images: ["%1$s/edera-dev/*"]
              signers:
                - issuer: https://token.actions.githubusercontent.com
                  identity: https://github.com/edera-dev/linux-kernel-oci/.github/workflows/matrix.yml@refs/heads/main
        socket:
          path: kernelgate.sock
        node:
          imageCache: none
        evidence:
          directory: evidence
        """
            .formatted(registry));
  }
}
