// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.oci.Keychain;
import dev.kernelgate.oci.PullSecret;
import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.FakeApiServer;
import dev.kernelgate.testing.FakeRole;
import dev.kernelgate.testing.FakeSecrets;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.TestPod;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
final class PullSecretsTest {

  private static final String NODE = "node-1";
  private static final PodIdentity POD = new PodIdentity("uid-zone", "default", "zone");

  private final FakeApiServer server =
      FakeApiServer.granting(FakeRole.base().and("overlays/pod-pull-secrets/rights.yaml"));
  private final FakeTime time = FakeTime.afterFixtures();
  private Cluster cluster;
  private ClusterPods pods;
  private PullSecrets secrets;

  @BeforeEach
  void follow(@TempDir Path account) throws IOException {
    cluster = Cluster.of(NODE, new ClusterAccess.ServiceAccount(URI.create(server.url()), account));
    pods =
        new ClusterPods(
            cluster, Set.of("edera"), new ClusterPods.Pace(hour(), hour(), hour()), time);
    secrets = new PullSecrets(cluster, pods, time);
  }

  @AfterEach
  void close() {
    secrets.close();
    pods.close();
    cluster.close();
    server.close();
  }

  @Test
  void readsBothTypesInThePodsOrder() {
    server.secrets().put("default", "new", FakeSecrets.CONFIG_JSON, login("new.test", "a"));
    server.secrets().put("default", "old", FakeSecrets.CFG, FakeSecrets.cfg("old.test", "u", "b"));
    knows(zone().withPullSecrets("old", "new"));

    Keychain keychain = read();

    assertThat(keychain.notes()).isEmpty();
    assertThat(keychain.secrets().stream().map(PullSecret::name))
        .containsExactly("default/old", "default/new");
    assertThat(keychain.secrets().stream().flatMap(secret -> secret.auths().names().stream()))
        .containsExactly("old.test", "new.test");
  }

  @Test
  void asksOnceForAWhileAndOnlyWhenAsked() {
    server.secrets().put("default", "regcred", FakeSecrets.CONFIG_JSON, login("r.test", "a"));
    knows(zone().withPullSecrets("regcred"));
    assertThat(secretRequests()).isEmpty();
    assertThat(secrets.known(POD)).isEmpty();

    Keychain first = read();
    time.advance(PullSecrets.FRESH.minusMillis(1));

    assertThat(secrets.known(POD)).contains(first);
    assertThat(read()).isEqualTo(first);
    assertThat(secretRequests()).containsExactly("/api/v1/namespaces/default/secrets/regcred");
  }

  @Test
  void aChangedSecretIsAnotherKeychainAfterAWhile() {
    server.secrets().put("default", "regcred", FakeSecrets.CONFIG_JSON, login("r.test", "a"));
    knows(zone().withPullSecrets("regcred"));
    Keychain before = read();
    server.secrets().put("default", "regcred", FakeSecrets.CONFIG_JSON, login("r.test", "b"));
    time.advance(PullSecrets.FRESH);

    assertThat(read().identity()).isPresent().isNotEqualTo(before.identity());
  }

  @Test
  void aDeletedSecretIsGoneAfterAWhile() {
    server.secrets().put("default", "regcred", FakeSecrets.CONFIG_JSON, login("r.test", "a"));
    knows(zone().withPullSecrets("regcred"));
    read();
    server.secrets().delete("default", "regcred");
    time.advance(PullSecrets.FRESH);

    assertThat(read()).isEqualTo(noted("pull secret default/regcred does not exist"));
  }

  @Test
  void whileTheApiServerIsAwayTheLastKnownOnesAreUsedForAFewMinutes() {
    server.secrets().put("default", "regcred", FakeSecrets.CONFIG_JSON, login("r.test", "a"));
    knows(zone().withPullSecrets("regcred"));
    Keychain before = read();
    server.fail(503);
    time.advance(PullSecrets.KEPT.minusMillis(1));
    assertThat(read()).isEqualTo(before);

    time.advance(Duration.ofMillis(1));

    assertThat(read())
        .isEqualTo(
            noted("pull secret default/regcred is not told, the API server answers with 503"));
  }

  @Test
  void nothingStaysInMemoryForLonger() {
    server.secrets().put("default", "regcred", FakeSecrets.CONFIG_JSON, login("r.test", "a"));
    knows(zone().withPullSecrets("regcred"));
    read();
    assertThat(secrets.kept()).isOne();
    time.advance(PullSecrets.KEPT);

    secrets.forgetOld();

    assertThat(secrets.kept()).isZero();
  }

  @Test
  void equalCredentialsAreOneKeychainWhereverTheyAreAndOthersAreNot() {
    server.secrets().put("default", "regcred", FakeSecrets.CONFIG_JSON, login("r.test", "a"));
    server.secrets().put("team", "same", FakeSecrets.CONFIG_JSON, login("r.test", "a"));
    server.secrets().put("team", "other", FakeSecrets.CONFIG_JSON, login("r.test", "b"));
    knows(
        zone().withPullSecrets("regcred"),
        TestPod.named(NODE, "same").in("team").withPullSecrets("same"),
        TestPod.named(NODE, "other").in("team").withPullSecrets("other"));

    Optional<?> one = read().identity();

    assertThat(read(new PodIdentity("uid-same", "team", "same")).identity()).isEqualTo(one);
    assertThat(read(new PodIdentity("uid-other", "team", "other")).identity()).isNotEqualTo(one);
  }

  @Test
  void onlyAZonePodOfThisNodeBringsAnythingAlong() {
    server.secrets().put("default", "regcred", FakeSecrets.CONFIG_JSON, login("r.test", "a"));
    knows(
        zone().withPullSecrets("regcred"),
        TestPod.named(NODE, "plain").withRuntimeClass("runc").withPullSecrets("regcred"),
        TestPod.named(NODE, "nameless").withUid("").withPullSecrets("regcred"));

    assertThat(
            List.of(
                read(new PodIdentity("", "default", "zone")),
                read(new PodIdentity("uid-another", "default", "zone")),
                read(new PodIdentity("uid-zone", "team", "zone")),
                read(new PodIdentity("uid-plain", "default", "plain")),
                read(new PodIdentity("", "default", "nameless"))))
        .containsOnly(Keychain.none());
    assertThat(secretRequests()).isEmpty();
  }

  @Test
  void looksAtTheFirstSecretsOfAPodThatNamesHundreds() {
    String[] names = IntStream.range(0, 300).mapToObj(n -> "secret-" + n).toArray(String[]::new);
    knows(zone().withPullSecrets(names));

    assertThat(read().notes()).hasSize(PodReading.MAX_PULL_SECRETS);
    assertThat(secretRequests()).hasSize(PodReading.MAX_PULL_SECRETS);
  }

  /** A secret, or its text on the wire, and what is told about it. */
  record Case(String name, String type, Optional<String> text, String wire, String note) {

    static Case config(String name, String text) {
      return new Case(
          name, FakeSecrets.CONFIG_JSON, Optional.of(text), "", " has no docker config in it");
    }

    static Case wire(String name, String wire, String note) {
      return new Case(name, "", Optional.empty(), wire, note);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> unusable() {
    String noConfig = " has no docker config in it";
    return Stream.of(
        new Case("wrong type", "Opaque", Optional.of(login("r", "a")), "", " is of type 'Opaque'"),
        new Case("no type", "", Optional.of(login("r", "a")), "", " is of type ''"),
        Case.config("no JSON", "user:pa55word"),
        Case.config("no auths", "{}"),
        Case.config("auths of another type", "{\"auths\":[\"pa55word\"]}"),
        Case.config("duplicate registries", "{\"auths\":{\"r\":{},\"r\":{}}}"),
        Case.config("deep", "{\"auths\":" + "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_001)),
        Case.config("many values", "{\"auths\":{\"r\":[" + "1,".repeat(5000) + "1]}}"),
        new Case(
            "huge",
            FakeSecrets.CONFIG_JSON,
            Optional.of("{\"auths\":{}}" + " ".repeat(PullSecretReader.MAX_CONFIG_BYTES)),
            "",
            " is larger than 65536 bytes"),
        Case.wire(
            "huge on the wire",
            "{\"type\":\"" + "x".repeat(PullSecretReader.MAX_ANSWER_BYTES),
            " is larger than 524288 bytes"),
        Case.wire(
            "no base64",
            "{\"type\":\"kubernetes.io/dockercfg\",\"data\":{\".dockercfg\":\"%\"}}",
            noConfig),
        Case.wire("no data", "{\"type\":\"kubernetes.io/dockercfg\"}", noConfig),
        Case.wire("garbage on the wire", "<html>pa55word", noConfig),
        Case.wire("two types", "{\"type\":\"a\",\"type\":\"kubernetes.io/dockercfg\"}", noConfig));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusable")
  void goesOnWithoutWhatCannotBeUsedAndSaysWhich(Case bad) {
    bad.text()
        .ifPresentOrElse(
            text -> server.secrets().put("default", "bad", bad.type(), text),
            () -> server.secrets().putRaw("default", "bad", bad.wire()));
    server.secrets().put("default", "good", FakeSecrets.CONFIG_JSON, login("r.test", "a"));
    knows(zone().withPullSecrets("bad", "good"));

    Keychain keychain = read();

    assertThat(keychain.notes()).containsExactly("pull secret default/bad" + bad.note());
    assertThat(keychain.secrets().stream().map(PullSecret::name)).containsExactly("default/good");
    assertThat(keychain.toString()).doesNotContain("pa55word");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void nameThatCannotBeOneIsNotAskedFor(String name) {
    knows(zone().withPullSecrets(name));

    assertThat(read().notes())
        .singleElement()
        .asString()
        .startsWith("no pull secret can be called");
    assertThat(secretRequests()).isEmpty();
  }

  static Stream<String> names() {
    return Stream.of("../nodes", "a/b", "a?x=y", "A", "-", "a b", "x".repeat(300));
  }

  @Test
  void theRightIsNotPartOfTheBase() {
    assertThat(FakeRole.base().rights()).noneMatch(right -> right.contains("secrets"));
  }

  private void knows(TestPod... wanted) {
    for (TestPod pod : wanted) {
      server.putPod(pod);
    }
    pods.start();
    Eventually.holds("the pods are known", () -> pods.readIfChanged().isPresent());
  }

  private Keychain read() {
    return read(POD);
  }

  private Keychain read(PodIdentity pod) {
    return secrets.read(pod, time.deadlineIn(Duration.ofMinutes(1)));
  }

  private List<String> secretRequests() {
    return server.seen().stream()
        .map(FakeApiServer.Seen::path)
        .filter(path -> path.contains("/secrets"))
        .toList();
  }

  private static TestPod zone() {
    return TestPod.named(NODE, "zone");
  }

  private static Keychain noted(String note) {
    return new Keychain(Optional.empty(), List.of(), List.of(note));
  }

  private static String login(String scope, String password) {
    return FakeSecrets.config(scope, "user", password);
  }

  private static Duration hour() {
    return Duration.ofHours(1);
  }
}
