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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
    time.advance(PullSecretMemory.FRESH.minusMillis(1));

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
    time.advance(PullSecretMemory.FRESH);

    assertThat(read().identity()).isPresent().isNotEqualTo(before.identity());
  }

  @Test
  void aDeletedSecretIsGoneAfterAWhile() {
    server.secrets().put("default", "regcred", FakeSecrets.CONFIG_JSON, login("r.test", "a"));
    knows(zone().withPullSecrets("regcred"));
    read();
    server.secrets().delete("default", "regcred");
    time.advance(PullSecretMemory.FRESH);

    assertThat(read()).isEqualTo(noted("pull secret default/regcred does not exist"));
  }

  @Test
  void whileTheApiServerIsAwayTheLastKnownOnesAreUsedForAFewMinutes() {
    server.secrets().put("default", "regcred", FakeSecrets.CONFIG_JSON, login("r.test", "a"));
    knows(zone().withPullSecrets("regcred"));
    Keychain before = read();
    server.fail(503);
    time.advance(PullSecretMemory.KEPT.minusMillis(1));
    assertThat(read()).isEqualTo(before);

    time.advance(Duration.ofMillis(1));

    assertThat(read())
        .isEqualTo(
            noted("pull secret default/regcred is not told, the API server answers with 503"));
  }

  @Test
  void nothingStaysInMemoryForLongerAndNotMoreThanABound() {
    PullSecretMemory memory = new PullSecretMemory(time);
    for (int n = 0; n < 1000; n++) {
      memory.keep(
          new PullSecretMemory.Name("default", "n" + n), new PullSecretReading.Unusable("bad"));
    }
    assertThat(memory.size()).isEqualTo(PullSecretMemory.MAX_SECRETS);
    time.advance(PullSecretMemory.KEPT);

    memory.forgetOld();

    assertThat(memory.size()).isZero();
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
