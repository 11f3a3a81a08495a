// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.SampleNode;
import dev.kernelgate.testing.UnixHttpClient;
import dev.kernelgate.testing.UnixHttpClient.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The running agent on the sample node, while somebody writes its files. */
@Timeout(60)
final class RuleWatchTest {

  private static final String KERNEL = "/v1/decide?variant=stable";
  private static final Pattern DIGEST = Pattern.compile("\"digest\":\"(sha256:[0-9a-f]{64})\"");

  @TempDir private Path directory;

  private SampleNode node;
  private Agent agent;
  private RuleWatch watch;
  private UnixHttpClient client;

  @BeforeEach
  void start() throws Exception {
    node = SampleNode.copiedTo(directory);
    agent = TestAgent.start(node.config());
    watch = agent.following(node.config());
    client = UnixHttpClient.connect(node.socket());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    agent.close();
  }

  private void denyTheStableKernel() throws IOException {
    Matcher digest = DIGEST.matcher(client.get(KERNEL).body());
    assertThat(digest.find()).isTrue();
    node.setPolicy("policy:\n  deniedDigests: [\"" + digest.group(1) + "\"]\n");
  }

  private void append(String text) throws IOException {
    Files.writeString(node.config(), Files.readString(node.config()) + text);
  }

  private String field(String name) {
    Matcher value =
        Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(client.get("/v1/status").body());
    assertThat(value.find()).isTrue();
    return value.group(1);
  }

  private void lookTwice() {
    watch.look();
    watch.look();
  }

  @Test
  void aDenyListComesIntoForceForLaunchersAndForRunningPods() throws Exception {
    Eventually.holds(
        "the pods are judged", () -> client.get("/v1/pods").body().contains("\"SignedIndex\""));
    assertThat(client.get(KERNEL).status()).isEqualTo(200);
    String before = field("policyRevision");
    String since = field("rulesSince");

    denyTheStableKernel();
    lookTwice();

    Response response = client.get(KERNEL);
    assertThat(response.status()).isEqualTo(403);
    assertThat(response.headers()).containsEntry("kernelgate-reason", "DeniedDigest");
    assertThat(field("policyRevision")).isNotEqualTo(before);
    assertThat(field("rulesSince")).isGreaterThan(since);
    Eventually.holds(
        "the running pod is judged again",
        () -> client.get("/v1/pods").body().contains("\"DeniedDigest\""));
    assertThat(client.get("/metrics").body())
        .contains("policy_revision=\"" + field("policyRevision") + "\"")
        .doesNotContain(before);
  }

  @Test
  void whatChangedWhileTheAgentStartedIsTaken() throws Exception {
    denyTheStableKernel();
    watch = agent.following(node.config());
    lookTwice();

    assertThat(client.get(KERNEL).headers()).containsEntry("kernelgate-reason", "DeniedDigest");
  }

  @Test
  void whatTheAgentStartedWithIsNotTakenAgain() {
    String since = field("rulesSince");
    lookTwice();

    assertThat(field("rulesSince")).isEqualTo(since);
  }

  @Test
  void aFileThatIsStillBeingWrittenIsLeftAlone() throws Exception {
    String before = field("policyRevision");
    denyTheStableKernel();

    watch.look();
    append("# more\n");
    watch.look();

    assertThat(field("policyRevision")).isEqualTo(before);
    watch.look();
    assertThat(field("policyRevision")).isNotEqualTo(before);
  }

  @Test
  void aBrokenFileChangesNothingAndIsTold() throws Exception {
    String before = field("policyRevision");
    String good = Files.readString(node.config());
    append("polizy:\n  mode: audit\n");

    lookTwice();

    assertThat(client.get(KERNEL).status()).isEqualTo(200);
    assertThat(field("policyRevision")).isEqualTo(before);
    assertThat(client.get("/v1/status").body())
        .contains("kernelgate.yaml: not in force, found at")
        .contains("polizy")
        .contains("\"ConfigurationRefused\"");
    assertThat(client.get("/metrics").body()).contains("kernelgate_problems 1.0");
    Files.writeString(node.config(), good);
    lookTwice();
    assertThat(client.get("/v1/status").body()).contains("\"problems\":[]");
  }

  @Test
  void aFileThatIsGoneChangesNothingAndIsTold() throws Exception {
    Files.delete(node.config());

    lookTwice();

    assertThat(client.get(KERNEL).status()).isEqualTo(200);
    assertThat(client.get("/v1/status").body()).contains("there is no such file");
  }

  @Test
  void aBrokenTrustRootChangesNothingAndAnotherOneIsTaken() throws Exception {
    Path root = directory.resolve("trusted_root.json");
    String before = field("trustRootRevision");
    byte[] good = Files.readAllBytes(root);

    Files.writeString(root, "{}");
    lookTwice();
    assertThat(client.get(KERNEL).status()).isEqualTo(200);
    assertThat(field("trustRootRevision")).isEqualTo(before);
    assertThat(client.get("/v1/status").body()).contains("TrustRootUnavailable");

    Files.write(root, good);
    Path copy = Files.write(directory.resolve("copy.json"), good);
    Files.writeString(
        node.config(), Files.readString(node.config()).replace("trusted_root.json", "copy.json"));
    lookTwice();
    assertThat(client.get("/v1/status").body()).contains("\"problems\":[]");
    Files.writeString(copy, "{}");
    lookTwice();
    assertThat(client.get("/v1/status").body()).contains("TrustRootUnavailable");
  }

  @Test
  void theDefaultKernelIsTrustedWhileItIsThePinnedOne() throws Exception {
    Path zone = directory.resolve("zone");
    Files.delete(zone.resolve("initrd"));
    Files.delete(zone.resolve("addons.squashfs"));
    Path kernel = Files.writeString(zone.resolve("kernel"), "k");
    Response unknown = client.get("/v1/decide?default=true");
    assertThat(unknown.status()).isEqualTo(503);
    Matcher digest = Pattern.compile("sha256:[0-9a-f]{64}").matcher(unknown.body());
    assertThat(digest.find()).isTrue();

    node.setPolicy("policy:\n  defaultKernel:\n    kernel: [\"" + digest.group() + "\"]\n");
    lookTwice();

    Response pinned = client.get("/v1/decide?default=true");
    assertThat(pinned.status()).isEqualTo(200);
    assertThat(pinned.body())
        .contains("\"reason\":\"AllowedDigest\"")
        .contains("\"bootSource\":\"zone-files\"");
    assertThat(client.get("/v1/decide?default=true&digest=sha256:" + "0".repeat(64)).body())
        .contains("\"reason\":\"DigestMismatch\"");
    Files.writeString(kernel, "another");
    assertThat(client.get("/v1/decide?default=true").status()).isEqualTo(503);
  }

  @Test
  void saysWhatWaitsForARestart() throws Exception {
    Files.writeString(
        node.config(),
        Files.readString(node.config()).replace("socket/kernelgate.sock", "socket/other.sock")
            + "checks:\n  deadline: 3s\n");

    lookTwice();

    assertThat(client.get("/v1/status").body())
        .contains("what changed in socket waits for a restart")
        .contains("what changed in checks waits for a restart");
  }
}
