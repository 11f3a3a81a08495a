// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.TestImages;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.testing.UnixHttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pod that outlives its agent, while its tag moves to a kernel that nobody signed. */
@Timeout(60)
final class BootRecordsAfterRestartTest {

  private static final String REPOSITORY = "edera-dev/c-v3-bundle-index";
  private static final String TAG = "6.15.6";
  private static final Pattern BOOTED =
      Pattern.compile(
          "\"bootRecord\":\\{\"image\":\"[^\"]+\",\"digest\":\"(sha256:[0-9a-f]{64})\"");

  @TempDir private Path directory;

  private final TestRegistry registry = TestRegistry.ofFixtures();

  @BeforeEach
  void startThePod() throws Exception {
    Files.createDirectory(directory.resolve("pods"));
    Files.writeString(
        directory.resolve("pods/web.yaml"),
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
          uid: 3d1f6a52-8c0e-4d1b-9a57-000000000001
          annotations:
            dev.edera/kernel: %s/%s:%s
        spec:
          runtimeClassName: edera
        """
            .formatted(registry.host(), REPOSITORY, TAG));
  }

  @AfterEach
  void stopTheRegistry() {
    registry.close();
  }

  @Test
  void whatThePodBootedIsStillJudgedAndItsTagIsReportedAsMoved() throws Exception {
    String before = podsOnceJudged("");
    assertThat(before).contains("\"reason\":\"SignedIndex\"");

    Digest moved = moveTag();
    String after = podsOnceJudged("");

    assertThat(bootedDigest(after)).isEqualTo(bootedDigest(before));
    assertThat(after)
        .contains("\"reason\":\"SignedIndex\"", "\"bootSource\":\"boot-record\"")
        .contains("\"registryDigest\":\"" + moved + "\"");
  }

  @Test
  void whereNothingIsKeptTheTagIsJudgedAsItIsNow() throws Exception {
    String off = "  enabled: false\n";
    podsOnceJudged(off);

    Digest moved = moveTag();
    String after = podsOnceJudged(off);

    assertThat(bootedDigest(after)).isEqualTo(moved.toString());
    assertThat(after).contains("\"reason\":\"NoSignature\"");
    assertThat(directory.resolve("evidence")).doesNotExist();
  }

  @Test
  void aFileThatCannotBeReadIsAProblemAndKeepsNoAgentFromStarting() throws Exception {
    Files.delete(directory.resolve("pods/web.yaml"));
    Files.createDirectory(directory.resolve("evidence"));
    Files.writeString(directory.resolve("evidence/boots.json"), "{");

    try (Agent _ = start("");
        UnixHttpClient client = UnixHttpClient.connect(directory.resolve("kernelgate.sock"))) {
      assertThat(client.get("/v1/status").body()).contains("what pods booted from was not read");
    }
  }

  private Digest moveTag() {
    Digest config =
        registry.putBlob("{\"architecture\":\"amd64\",\"os\":\"linux\"}".getBytes(UTF_8));
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":"%s","size":37},\
        "layers":[]}\
        """
            .formatted(TestImages.MANIFEST, TestImages.CONFIG, config);
    return registry.putManifest(REPOSITORY, TAG, TestRegistry.MANIFEST, manifest.getBytes(UTF_8));
  }

  /** What an agent that starts now says of its pods, as soon as it has judged them. */
  private String podsOnceJudged(String evidence) throws Exception {
    try (Agent _ = start(evidence);
        UnixHttpClient client = UnixHttpClient.connect(directory.resolve("kernelgate.sock"))) {
      Eventually.holds("the pod is judged", () -> isJudged(client.get("/v1/pods").body()));
      if (evidence.isEmpty()) {
        TestAgent.awaitEvidence(client);
      }
      return client.get("/v1/pods").body();
    }
  }

  private static boolean isJudged(String pods) {
    return BOOTED.matcher(pods).find() && !pods.contains("\"Pending\"");
  }

  private static String bootedDigest(String pods) {
    Matcher booted = BOOTED.matcher(pods);
    assertThat(booted.find()).isTrue();
    return booted.group(1);
  }

  private Agent start(String evidence) throws Exception {
    return TestAgent.start(
        registry.configure(
            directory,
            """
            socket:
              path: kernelgate.sock
            node:
              imageCache: none
              podManifests: pods
            evidence:
              directory: evidence
            """
                + evidence));
  }
}
