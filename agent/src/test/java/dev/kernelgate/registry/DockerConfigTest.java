// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static dev.kernelgate.registry.Sources.enough;
import static dev.kernelgate.registry.Sources.problemOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.verdict.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DockerConfigTest {

  @TempDir Path folder;

  /**
   * A repository, and the user whose entry is for it.
   *
   * @param keys what the config has entries for; the user of each is the key itself
   */
  record Case(String name, List<String> keys, String registry, String path, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> matches() {
    return Stream.of(
        new Case("host", List.of("reg.io"), "reg.io", "a/b", "reg.io"),
        new Case("host with scheme", List.of("https://reg.io"), "reg.io", "a/b", "https://reg.io"),
        new Case(
            "API address", List.of("https://reg.io/v2/"), "reg.io", "a/b", "https://reg.io/v2/"),
        new Case("other host", List.of("reg.io"), "reg.io.evil.com", "a/b", ""),
        new Case("host above", List.of("reg.io"), "sub.reg.io", "a/b", ""),
        new Case("port", List.of("reg.io:5000"), "reg.io:5000", "a/b", "reg.io:5000"),
        new Case("other port", List.of("reg.io:5000"), "reg.io:5001", "a/b", ""),
        new Case("port against none", List.of("reg.io:5000"), "reg.io", "a/b", ""),
        new Case("none against port", List.of("reg.io"), "reg.io:5000", "a/b", ""),
        new Case("path", List.of("reg.io/team-a"), "reg.io", "team-a/k", "reg.io/team-a"),
        new Case("path of another team", List.of("reg.io/team-a"), "reg.io", "team-b/k", ""),
        new Case("path that is a prefix", List.of("reg.io/team"), "reg.io", "team-b/k", ""),
        new Case("path itself", List.of("reg.io/a/b"), "reg.io", "a/b", "reg.io/a/b"),
        new Case(
            "longest path",
            List.of("reg.io", "reg.io/a", "reg.io/a/b"),
            "reg.io",
            "a/b/c",
            "reg.io/a/b"),
        new Case(
            "longest path over exact host", List.of("reg.io", "*.io/a"), "reg.io", "a/b", "*.io/a"),
        new Case(
            "glob",
            List.of("*.dkr.ecr.*.aws.com"),
            "1.dkr.ecr.eu.aws.com",
            "a",
            "*.dkr.ecr.*.aws.com"),
        new Case("glob stays in its label", List.of("*.aws.com"), "1.2.aws.com", "a", ""),
        new Case("glob in a label", List.of("re?-*.io"), "reg-eu.io", "a", "re?-*.io"),
        new Case("exact host over glob", List.of("*.io", "reg.io"), "reg.io", "a", "reg.io"),
        new Case(
            "Docker Hub by its old address",
            List.of("https://index.docker.io/v1/"),
            "docker.io",
            "library/k",
            "https://index.docker.io/v1/"),
        new Case(
            "Docker Hub by name", List.of("docker.io"), "docker.io", "library/k", "docker.io"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("matches")
  void choosesTheMostSpecificEntry(Case match) throws Exception {
    StringBuilder auths = new StringBuilder();
    for (String key : match.keys()) {
      auths
          .append(auths.isEmpty() ? "" : ",")
          .append("\"" + key + "\":{\"username\":\"" + key + "\",\"password\":\"p\"}");
    }
    DockerConfig config = config("{\"auths\":{" + auths + "}}");

    Optional<Credential> found = config.find(match.registry(), match.path(), enough());

    assertThat(found.map(DockerConfigTest::user).orElse("")).isEqualTo(match.expected());
  }

  @Test
  void readsEveryFormOfAnEntry() throws Exception {
    String pair = Base64.getEncoder().encodeToString("u:p:q".getBytes(StandardCharsets.UTF_8));
    DockerConfig config =
        config(
            """
            {"auths":{"a.io":{"auth":"%s"},"b.io":{"username":"u","password":"p"},
            "c.io":{"auth":"%s","identitytoken":"t"},"d.io":{},"e.io":{"auth":"%%%%"}},
            "HttpHeaders":{"X":"y"}}\
            """
                .formatted(pair, pair));

    assertThat(config.find("a.io", "k", enough()))
        .contains(new Credential.UserPassword("u", "p:q"));
    assertThat(config.find("b.io", "k", enough())).contains(new Credential.UserPassword("u", "p"));
    assertThat(config.find("c.io", "k", enough())).contains(new Credential.IdentityToken("t"));
    assertThat(config.find("d.io", "k", enough())).isEmpty();
    assertThat(config.find("e.io", "k", enough())).isEmpty();
  }

  @Test
  void readsTheFileAgainWhenItChanges() throws Exception {
    DockerConfig config = config("{\"auths\":{\"a.io\":{\"username\":\"old\"}}}");
    assertThat(config.find("a.io", "k", enough()).map(DockerConfigTest::user)).contains("old");

    Path file = write("{\"auths\":{\"a.io\":{\"username\":\"new\"}}}");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2030-01-01T00:00:00Z")));

    assertThat(config.find("a.io", "k", enough()).map(DockerConfigTest::user)).contains("new");
  }

  @Test
  void hasNothingWhenTheFileDoesNotExistYet() throws ProblemException {
    DockerConfig config = DockerConfig.at(folder.resolve("missing.json"), List.of());

    assertThat(config.find("a.io", "k", enough())).isEmpty();
  }

  @Test
  void saysNothingOfTheContentOfAFileThatIsMalformed() throws IOException {
    DockerConfig config = config("{\"auths\":{\"a.io\":{\"auth\":\"c2VjcmV0\"}");

    assertThat(problemOf(() -> config.find("a.io", "k", enough())))
        .hasMessageContaining("RegistryUnauthorized")
        .hasMessageNotContaining("c2VjcmV0");
  }

  @Test
  void refusesAFileThatIsTooLarge() throws IOException {
    DockerConfig config = config("{\"a\":\"" + "x".repeat(DockerConfig.MAX_FILE_BYTES) + "\"}");

    assertThat(problemOf(() -> config.find("a.io", "k", enough())))
        .hasMessageContaining("RegistryUnauthorized");
  }

  @Test
  void asksTheHelperOfTheRegistryWithTheKeyAsWritten() throws Exception {
    helper("echo", "read url; echo '{\"Username\":\"u\",\"Secret\":\"'$url'\"}'");
    DockerConfig config = config("{\"credHelpers\":{\"https://a.io\":\"echo\"}}");

    assertThat(config.find("a.io", "k", enough()))
        .contains(new Credential.UserPassword("u", "https://a.io"));
    assertThat(config.find("b.io", "k", enough())).isEmpty();
  }

  @Test
  void asksTheStoreForWhatHasNoEntryOfItsOwn() throws Exception {
    helper("store", "read url; echo '{\"Username\":\"<token>\",\"Secret\":\"'$url'\"}'");
    DockerConfig config =
        config("{\"auths\":{\"a.io\":{}},\"credsStore\":\"store\",\"credHelpers\":{}}");

    assertThat(config.find("a.io", "k", enough())).contains(new Credential.IdentityToken("a.io"));
    assertThat(config.find("docker.io", "k", enough()))
        .contains(new Credential.IdentityToken("https://index.docker.io/v1/"));
  }

  @Test
  void takesAHelpersNoForNone() throws Exception {
    helper("none", "echo 'credentials not found in native keychain'; exit 1");

    assertThat(config("{\"credsStore\":\"none\"}").find("a.io", "k", enough())).isEmpty();
  }

  record HelperCase(String name, String script) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<HelperCase> brokenHelpers() {
    return Stream.of(
        new HelperCase("fails", "echo secret-output >&2; echo secret-output; exit 3"),
        new HelperCase("prints no JSON", "echo secret-output"),
        new HelperCase("prints too much", "head -c 100000 /dev/zero"),
        new HelperCase("prints for ever", "yes secret-output"),
        new HelperCase("hangs", "sleep 60"),
        new HelperCase("leaves a child behind", "sleep 60 & exit 0"),
        new HelperCase("reads nothing and ends", "exit 1"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenHelpers")
  void refusesAHelperThat(HelperCase broken) throws Exception {
    helper("broken", broken.script());
    DockerConfig config = config("{\"credsStore\":\"broken\"}");
    long start = System.nanoTime();

    assertThat(problemOf(() -> config.find("a.io", "k", Sources.within(Duration.ofMillis(700)))))
        .hasMessageContaining("RegistryUnauthorized")
        .hasMessageContaining("'broken'")
        .hasMessageNotContaining("secret-output");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void runsNoHelperOutsideItsFolders() throws Exception {
    for (String name : List.of("../evil", "/bin/sh", "", "a b", "missing")) {
      DockerConfig config = config("{\"credHelpers\":{\"a.io\":\"" + name + "\"}}");

      assertThat(problemOf(() -> config.find("a.io", "k", enough())))
          .as(name)
          .hasMessageContaining("RegistryUnauthorized");
    }
  }

  @Test
  void printsNoSecret() {
    assertThat(new Credential.UserPassword("user", "secret").toString()).doesNotContain("secret");
    assertThat(new Credential.IdentityToken("secret").toString()).doesNotContain("secret");
    assertThat(
            new CredentialEntries.Stored(new Credential.UserPassword("user", "secret")).toString())
        .doesNotContain("secret");
  }

  private DockerConfig config(String json) throws IOException {
    return DockerConfig.at(write(json), List.of(folder));
  }

  private Path write(String json) throws IOException {
    return Files.writeString(folder.resolve("config.json"), json);
  }

  private void helper(String name, String script) throws IOException {
    Path program = folder.resolve("docker-credential-" + name);
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  private static String user(Credential credential) {
    return switch (credential) {
      case Credential.UserPassword(String user, _) -> user;
      case Credential.IdentityToken _ -> "token";
    };
  }
}
