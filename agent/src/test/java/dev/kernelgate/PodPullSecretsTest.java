// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.kernelgate.testing.Access;
import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.FakeApiServer;
import dev.kernelgate.testing.FakeRole;
import dev.kernelgate.testing.FakeSecrets;
import dev.kernelgate.testing.TestPod;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.testing.UnixHttpClient;
import dev.kernelgate.testing.UnixHttpClient.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** The whole agent, private kernels, and pods that may fetch them and pods that may not. */
@Timeout(60)
final class PodPullSecretsTest {

  private static final String NODE = "node-1";
  private static final String PASSWORD = "s3cr3t-pa55word";
  private static final String REPOSITORY = "edera-dev/c-v3-bundle-index";
  private static final Logger ROOT = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

  @TempDir private Path directory;

  private final TestRegistry registry = TestRegistry.ofFixtures();
  private final String kernel = registry.host() + "/" + REPOSITORY + ":6.15.6";
  private final FakeApiServer server =
      FakeApiServer.granting(FakeRole.base().and("overlays/pod-pull-secrets/rights.yaml"));
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Level usual = ROOT.getLevel();

  @BeforeEach
  void listen() {
    ROOT.setLevel(Level.DEBUG);
    log.start();
    ROOT.addAppender(log);
  }

  @AfterEach
  void close() {
    ROOT.detachAppender(log);
    ROOT.setLevel(usual);
    registry.close();
    server.close();
  }

  static Stream<Access> accesses() {
    return Stream.of(new Access.Basic("robot", PASSWORD), Access.tokensFor("robot", PASSWORD));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("accesses")
  void aPrivateKernelIsTrustedForThePodThatMayFetchItAndForNoOther(Access access) throws Exception {
    registry.allow(access);
    server.putPod(pod("before", "team-b").withPullSecrets("regcred"));
    putTheHolder(registry.host() + "/edera-dev");
    try (Agent _ = start("imagePullSecrets: true");
        UnixHttpClient client = UnixHttpClient.connect(socket())) {
      judged(client, 2);
      server.putPod(pod("after", "team-b").withPullSecrets("regcred"));
      server.putPod(pod("bare", "team-a"));
      judged(client, 4);

      Response holder = decide(client, kernel, "uid-holder", "team-a", "holder");
      assertThat(holder.body()).contains("\"reason\":\"SignedIndex\"");
      assertThat(holder.status()).isEqualTo(200);
      for (String name : List.of("before", "after")) {
        assertThat(decide(client, kernel, "uid-" + name, "team-b", name).body())
            .contains("RegistryUnauthorized", "pull secret team-b/regcred does not exist");
      }
      Response bare = decide(client, kernel, "uid-bare", "team-a", "bare");
      assertUnauthorized(bare);
      assertThat(bare.body()).doesNotContain("pull secret");
      assertUnauthorized(decide(client, kernel, "uid-other", "team-a", "holder"));
      assertUnauthorized(decide(client, kernel));
      assertThat(client.get("/v1/pods").body())
          .containsOnlyOnce("\"reason\":\"SignedIndex\"")
          .contains("\"reason\":\"RegistryUnauthorized\"");
      assertNothingTells(client);
    }
  }

  @Test
  void aPinnedPrivateKernelIsNotFetchedForWhoMayNotAndIsKnownByItsDigestAlone() throws Exception {
    registry.allow(new Access.Basic("robot", PASSWORD));
    putTheHolder(registry.host());
    try (Agent _ = start("imagePullSecrets: true");
        UnixHttpClient client = UnixHttpClient.connect(socket())) {
      judged(client, 1);
      String digest =
          decide(client, kernel, "uid-holder", "team-a", "holder")
              .body()
              .replaceFirst("(?s).*\"indexDigest\":\"(sha256:[0-9a-f]{64})\".*", "$1");
      String pinned = registry.host() + "/" + REPOSITORY + "@" + digest;

      assertThat(decide(client, pinned, "uid-holder", "team-a", "holder").status()).isEqualTo(200);
      assertUnauthorized(decide(client, pinned));

      TestAgent.awaitEvidence(client);
      registry.close();
      Eventually.holds(
          "the digest is decided from evidence",
          () -> decide(client, pinned).body().contains("\"evidence\":\"stored\""));
      assertThat(decide(client, kernel).body()).contains("\"reason\":\"RegistryUnreachable\"");
    }
  }

  @Test
  void aPublicKernelIsFetchedWithoutReadingAnySecret() throws Exception {
    server.putPod(pod("holder", "team-a").withPullSecrets("regcred"));
    try (Agent _ = start("imagePullSecrets: true");
        UnixHttpClient client = UnixHttpClient.connect(socket())) {
      judged(client, 1);
      assertThat(client.get("/v1/pods").body()).contains("\"reason\":\"SignedIndex\"");
      assertThat(server.seen()).noneMatch(request -> request.path().contains("/secrets/"));
    }
  }

  @Test
  void noSecretIsReadUnlessThatIsConfigured() throws Exception {
    registry.allow(new Access.Basic("robot", PASSWORD));
    putTheHolder(registry.host());
    try (Agent _ = start("imagePullSecrets: false");
        UnixHttpClient client = UnixHttpClient.connect(socket())) {
      judged(client, 1);
      assertUnauthorized(decide(client, kernel, "uid-holder", "team-a", "holder"));
      assertThat(server.seen()).noneMatch(request -> request.path().contains("/secrets/"));
    }
  }

  private void assertNothingTells(UnixHttpClient client) throws IOException {
    List<String> hidden =
        List.of(
            PASSWORD,
            Base64.getEncoder()
                .encodeToString(("robot:" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
    for (String secret : hidden) {
      for (String page : List.of("/v1/pods", "/v1/verdicts", "/v1/status", "/metrics")) {
        assertThat(client.get(page).body()).doesNotContain(secret);
      }
      assertThat(server.events()).noneMatch(event -> event.toString().contains(secret));
      assertThat(List.copyOf(log.list))
          .isNotEmpty()
          .noneMatch(
              line -> (line.getFormattedMessage() + line.getKeyValuePairs()).contains(secret))
          .noneMatch(line -> String.valueOf(line.getThrowableProxy()).contains(secret));
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(secret);
        }
      }
    }
  }

  private static void assertUnauthorized(Response answer) {
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).contains("\"reason\":\"RegistryUnauthorized\"");
  }

  private static void judged(UnixHttpClient client, int pods) {
    Eventually.holds(
        pods + " pods are judged",
        () -> {
          String body = client.get("/v1/pods").body();
          return body.split("\"uid\":", -1).length == pods + 1
              && !body.contains("\"reason\":\"Pending\"");
        });
  }

  /** Asked by somebody who names no pod. */
  private static Response decide(UnixHttpClient client, String kernel) {
    return client.post("/v1/decide", "{\"image\":\"" + kernel + "\"}");
  }

  private static Response decide(
      UnixHttpClient client, String kernel, String uid, String namespace, String name) {
    return client.post(
        "/v1/decide",
        "{\"image\":\"%s\",\"pod\":{\"uid\":\"%s\",\"namespace\":\"%s\",\"name\":\"%s\"}}"
            .formatted(kernel, uid, namespace, name));
  }

  /** A pod that may fetch the kernel, and the secret it may fetch it with. */
  private void putTheHolder(String scope) {
    server
        .secrets()
        .put(
            "team-a",
            "regcred",
            FakeSecrets.CONFIG_JSON,
            FakeSecrets.config(scope, "robot", PASSWORD));
    server.putPod(pod("holder", "team-a").withPullSecrets("regcred"));
  }

  private TestPod pod(String name, String namespace) {
    return TestPod.named(NODE, name).in(namespace).with("dev.edera/kernel", kernel);
  }

  private Path socket() {
    return directory.resolve("kernelgate.sock");
  }

  private Agent start(String option) throws Exception {
    Files.writeString(directory.resolve("kubeconfig"), server.kubeconfig("{}"));
    return TestAgent.start(
        registry.configure(directory, sections(option)), Map.of("NODE_NAME", NODE));
  }

  private static String sections(String option) {
    return """
    socket:
      path: kernelgate.sock
    evidence:
      directory: evidence
    node:
      imageCache: none
    kubernetes:
      enabled: true
      kubeconfig: kubeconfig
      %s
    """
        .formatted(option);
  }
}
