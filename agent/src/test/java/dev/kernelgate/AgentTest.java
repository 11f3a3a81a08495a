// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.cli.KernelgateCommand;
import dev.kernelgate.testing.Golden;
import dev.kernelgate.testing.SampleNode;
import dev.kernelgate.testing.UnixHttpClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole agent in this process, on a copy of the sample node, over its real socket. */
@Timeout(60)
final class AgentTest {

  /** By this clock nothing has an age. */
  private static final Surroundings LONG_AGO =
      new Surroundings(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), System::nanoTime, Map.of());

  @TempDir private Path directory;

  private SampleNode node;

  @BeforeEach
  void copyTheSampleNode() throws IOException {
    node = SampleNode.copiedTo(directory);
  }

  @Test
  void judgesEveryPodOfTheSampleNode() throws Exception {
    try (Agent _ = start()) {
      Golden.assertMatches("agent/sample-node.txt", status());
    }
  }

  @Test
  void followsThePodsOfTheNode() throws Exception {
    try (Agent _ = start()) {
      assertThat(status()).contains("default/unsigned");
      Files.delete(directory.resolve("pods/08-unsigned.yaml"));
      Files.writeString(directory.resolve("pods/20-broken.yaml"), "kind: [Pod");
      String latest = status();
      while (latest.contains("default/unsigned")) {
        latest = status();
      }
      assertThat(latest).contains("default/current", "15 pods");
      try (UnixHttpClient client = UnixHttpClient.connect(node.socket())) {
        assertThat(client.get("/v1/status").body()).contains("20-broken.yaml");
      }
    }
  }

  @Test
  void answersALauncherFromWhatWasJudgedAhead() throws Exception {
    try (Agent _ = start();
        UnixHttpClient client = UnixHttpClient.connect(node.socket())) {
      UnixHttpClient.Response trusted =
          client.post(
              "/v1/decide",
              """
              {"variant": "stable", "pod": {"namespace": "default", "name": "by-variant"}}\
              """);
      assertThat(trusted.status()).isEqualTo(200);
      assertThat(trusted.headers())
          .containsEntry("kernelgate-boot", "true")
          .containsEntry("kernelgate-reason", "SignedIndex")
          .containsKey("kernelgate-digest");
      UnixHttpClient.Response mismatch =
          client.post(
              "/v1/decide",
              "{\"variant\": \"stable\", \"digest\": \"sha256:" + "0".repeat(64) + "\"}");
      assertThat(mismatch.status()).isEqualTo(403);
      assertThat(mismatch.body()).contains("\"reason\":\"DigestMismatch\"");
      UnixHttpClient.Response files = client.post("/v1/decide", "{\"default\": true}");
      assertThat(files.status()).isEqualTo(200);
      assertThat(files.body()).contains("\"bootSource\":\"zone-files\"");
      Files.writeString(directory.resolve("zone/addons.squashfs"), "changed");
      UnixHttpClient.Response changed = client.post("/v1/decide", "{\"default\": true}");
      assertThat(changed.status()).isEqualTo(503);
      assertThat(changed.body()).contains("\"reason\":\"DefaultKernelUnknown\"");
    }
  }

  @Test
  void removesItsSocketWhenItEnds() throws Exception {
    start().close();
    assertThat(node.socket()).doesNotExist();
  }

  @Test
  void isNotReadyWithoutATrustRoot() throws Exception {
    Files.delete(directory.resolve("trusted_root.json"));
    try (Agent _ = start();
        UnixHttpClient client = UnixHttpClient.connect(node.socket())) {
      assertThat(client.get("/readyz").status()).isEqualTo(503);
      UnixHttpClient.Response response =
          client.get("/v1/decide?image=ghcr.io/edera-dev/zone-kernel:6.15.6");
      assertThat(response.headers()).containsEntry("kernelgate-reason", "TrustRootUnavailable");
      assertThat(response.status()).isEqualTo(503);
    }
  }

  private Agent start() throws Exception {
    return TestAgent.start(node.config());
  }

  private String status() {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        KernelgateCommand.run(
            new LocalProgram(LONG_AGO),
            new String[] {"status", "--socket", node.socket().toString(), "--wait", "30s"},
            new PrintWriter(out),
            new PrintWriter(err));
    assertThat(exit).as(err.toString()).isZero();
    return out.toString();
  }
}
