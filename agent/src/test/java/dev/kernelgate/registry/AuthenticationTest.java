// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static dev.kernelgate.registry.Sources.MANIFEST_PATH;
import static dev.kernelgate.registry.Sources.enough;
import static dev.kernelgate.registry.Sources.problemOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.oci.Repository;
import dev.kernelgate.testing.Access;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.Fault;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.testing.TestRegistry.SeenRequest;
import dev.kernelgate.verdict.ProblemException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AuthenticationTest {

  private static final String SECRET = "pa55word";

  @TempDir Path folder;

  private final TestRegistry registry = Sources.registryWithImage();

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void getsATokenForAnybodyAndKeepsItForTheRepository() throws Exception {
    registry.allow(Access.anonymousTokens());
    try (RegistryImageSource source = Sources.plainHttp(registry)) {
      fetch(source);
      fetch(source);
    }

    assertThat(registry.requests())
        .containsExactly(
            "GET " + MANIFEST_PATH,
            "GET /token?service=test+registry&scope=repository%3Aedera-dev%2Fzone-kernel%3Apull",
            "GET " + MANIFEST_PATH,
            "GET " + MANIFEST_PATH);
  }

  @Test
  void showsThePasswordToTheTokenServiceOnly() throws Exception {
    registry.allow(Access.tokensFor("user", SECRET));
    try (RegistryImageSource source = Sources.plainHttp(registry, login(registry.host()))) {
      fetch(source);
    }

    assertThat(registry.seen())
        .filteredOn(seen -> seen.authorization().orElse("").startsWith("Basic "))
        .extracting(SeenRequest::path)
        .allMatch(path -> path.startsWith("/token"));
  }

  @Test
  void asksForANewTokenWhenTheOldOneHasExpired() throws Exception {
    registry.allow(Access.anonymousTokens());
    FakeTime time = FakeTime.afterFixtures();
    try (RegistryImageSource source =
        Sources.of(
            List.of(RegistrySettings.plainHttp(registry.host())), DockerConfig.none(), time)) {
      fetch(source);
      time.advance(Duration.ofSeconds(294));
      fetch(source);
      assertThat(registry.requests()).hasSize(4);
      time.advance(Duration.ofSeconds(2));
      fetch(source);
    }

    assertThat(registry.requests()).hasSize(7);
  }

  @Test
  void asksForANewTokenWhenTheRegistryRefusesTheOldOne() throws Exception {
    registry.allow(Access.anonymousTokens());
    try (RegistryImageSource source = Sources.plainHttp(registry)) {
      fetch(source);
      registry.allow(Access.anonymousTokens());
      fetch(source);
    }
  }

  @Test
  void neverShowsOneRepositorysTokenForAnother() throws Exception {
    registry.putManifest("edera-dev/other", "6.1", TestRegistry.INDEX, Sources.BODY);
    registry.allow(Access.anonymousTokens());
    try (RegistryImageSource source = Sources.plainHttp(registry)) {
      fetch(source);
      registry.forgetRequests();
      source.manifest(new Repository(registry.host(), "edera-dev/other"), "6.1", enough());
    }

    assertThat(registry.seen().getFirst().authorization()).isEmpty();
  }

  @Test
  void tradesAnIdentityTokenForAPullToken() throws Exception {
    registry.allow(new Access.Bearer(Optional.empty(), Optional.of(SECRET), "", 60));
    DockerConfig credentials =
        config(
            "{\"auths\":{\"%s\":{\"identitytoken\":\"%s\"}}}".formatted(registry.host(), SECRET));
    try (RegistryImageSource source = Sources.plainHttp(registry, credentials)) {
      fetch(source);
    }

    assertThat(registry.requests()).contains("POST /token");
  }

  @Test
  void showsBasicCredentialsOnceTheRegistryAsked() throws Exception {
    registry.allow(new Access.Basic("user", SECRET));
    try (RegistryImageSource source = Sources.plainHttp(registry, login(registry.host()))) {
      fetch(source);
      fetch(source);
    }

    assertThat(registry.seen()).hasSize(3);
    assertThat(registry.seen().getFirst().authorization()).isEmpty();
  }

  @Test
  void neverLeaksOneTeamsPasswordToAnother() throws Exception {
    registry.allow(new Access.Basic("user", SECRET));
    try (RegistryImageSource source =
        Sources.plainHttp(registry, login(registry.host() + "/team-a"))) {

      assertThat(problemOf(() -> fetch(source))).hasMessageContaining("RegistryUnauthorized");
    }

    assertThat(registry.seen()).allMatch(seen -> seen.authorization().isEmpty());
  }

  record Case(String name, Access access, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> refusals() {
    return Stream.of(
        new Case("wrong password", new Access.Basic("user", "other"), "RegistryUnauthorized"),
        new Case("wrong login", Access.tokensFor("user", "other"), "RegistryUnauthorized"),
        new Case("realm of another scheme", realm("ftp://127.0.0.1/token"), "RegistryMisbehaved"),
        new Case("realm with a user", realm("https://u:p@127.0.0.1/t"), "RegistryMisbehaved"),
        new Case("realm that is no address", realm("not an address"), "RegistryMisbehaved"),
        new Case("realm of no port", realm("https://127.0.0.1:99999/t"), "RegistryMisbehaved"),
        new Case("realm without host", realm("https:///token"), "RegistryMisbehaved"),
        new Case("realm that is a file", realm("file:///etc/passwd"), "RegistryMisbehaved"));
  }

  private static Access realm(String realm) {
    return new Access.Bearer(Optional.empty(), Optional.empty(), realm, 60);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refuses(Case refusal) throws IOException {
    registry.allow(refusal.access());
    try (RegistryImageSource source = Sources.plainHttp(registry, login(registry.host()))) {
      ProblemException problem = problemOf(() -> fetch(source));

      assertThat(problem).hasMessageContaining(refusal.expected());
      assertThat(stackTrace(problem)).doesNotContain(SECRET).doesNotContain("Basic ");
    }
  }

  record TokenCase(String name, Fault reply, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<TokenCase> tokenReplies() {
    Map<String, String> json = Map.of("Content-Type", "application/json");
    return Stream.of(
        new TokenCase("page", Fault.page(200), "RegistryMisbehaved"),
        new TokenCase("no token", Fault.answer(200, json, "{}"), "RegistryMisbehaved"),
        new TokenCase(
            "line break in the token",
            Fault.answer(200, json, "{\"token\":\"a\\r\\nHost: b\"}"),
            "RegistryMisbehaved"),
        new TokenCase(
            "endless token",
            Fault.answer(200, json, "{\"token\":\"" + "x".repeat(100_000) + "\"}"),
            "LimitExceeded"),
        new TokenCase("404", Fault.status(404), "RegistryUnauthorized"),
        new TokenCase("403", Fault.status(403), "RegistryUnauthorized"),
        new TokenCase("429", Fault.status(429), "RegistryThrottled"),
        new TokenCase("500", Fault.status(500), "RegistryUnreachable"),
        new TokenCase(
            "access_token", Fault.answer(200, json, "{\"access_token\":\"x\"}"), "Unauthorized"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tokenReplies")
  void readsTokenReplies(TokenCase reply) {
    registry.allow(Access.anonymousTokens());
    registry.misbehave("/token", reply.reply());
    try (RegistryImageSource source = Sources.plainHttp(registry)) {
      assertThat(problemOf(() -> fetch(source))).hasMessageContaining(reply.expected());
    }
  }

  private void fetch(RegistryImageSource source) throws ProblemException {
    Sources.fetch(source, registry);
  }

  private DockerConfig login(String key) throws IOException {
    return Sources.login(folder, key, SECRET);
  }

  private DockerConfig config(String json) throws IOException {
    return Sources.dockerConfig(folder, json);
  }

  private static String stackTrace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
