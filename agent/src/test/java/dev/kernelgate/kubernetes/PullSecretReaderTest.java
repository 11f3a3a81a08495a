// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.testing.FakeApiServer;
import dev.kernelgate.testing.FakeRole;
import dev.kernelgate.testing.FakeSecrets;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Secrets that are not what they should be, and an API server that does not say. */
@Timeout(60)
final class PullSecretReaderTest {

  private FakeApiServer server =
      FakeApiServer.granting(FakeRole.base().and("overlays/pod-pull-secrets/rights.yaml"));
  private Cluster cluster;

  @TempDir private Path account;

  @BeforeEach
  void connect() throws IOException {
    cluster =
        Cluster.of("node-1", new ClusterAccess.ServiceAccount(URI.create(server.url()), account));
  }

  @AfterEach
  void close() {
    cluster.close();
    server.close();
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
  void saysWhatIsWrongAndNothingOfWhatIsInThere(Case bad) throws Exception {
    bad.text()
        .ifPresentOrElse(
            text -> server.secrets().put("default", "bad", bad.type(), text),
            () -> server.secrets().putRaw("default", "bad", bad.wire()));

    PullSecretReading reading = read("bad");

    assertThat(reading)
        .isEqualTo(new PullSecretReading.Unusable("pull secret default/bad" + bad.note()));
    assertThat(reading.toString()).doesNotContain("pa55word");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void nameThatCannotBeOneIsNotAskedFor(String name) throws Exception {
    assertThat(read(name))
        .asInstanceOf(InstanceOfAssertFactories.type(PullSecretReading.Unusable.class))
        .extracting(PullSecretReading.Unusable::why)
        .asString()
        .startsWith("no pull secret can be called '");
    assertThat(server.seen()).isEmpty();
  }

  static Stream<String> names() {
    return Stream.of("../nodes", "a/b", "a?x=y", "A", "-", "a b", "x".repeat(300));
  }

  @Test
  void withoutTheRightToReadItSaysSo() throws Exception {
    close();
    server = FakeApiServer.start();
    connect();

    assertThat(read("regcred"))
        .isEqualTo(
            new PullSecretReading.Unusable(
                "pull secret default/regcred may not be read by the agent"));
  }

  @Test
  void anApiServerThatIsNotThereSaysNothing() throws Exception {
    server.close();

    assertThat(read("regcred"))
        .isEqualTo(
            new PullSecretReading.Unanswered(
                "pull secret default/regcred is not told, the API server is away"));
  }

  private PullSecretReading read(String name) throws InterruptedException {
    return new PullSecretReader(cluster.exchange()).read("default", name, Duration.ofSeconds(10));
  }

  private static String login(String scope, String password) {
    return FakeSecrets.config(scope, "user", password);
  }
}
