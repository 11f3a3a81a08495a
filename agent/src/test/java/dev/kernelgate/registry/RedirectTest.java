// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static dev.kernelgate.registry.Sources.MANIFEST_PATH;
import static dev.kernelgate.registry.Sources.problemOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.testing.Access;
import dev.kernelgate.testing.Fault;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.verdict.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RedirectTest {

  private static final String SECRET = "pa55word";

  @TempDir Path folder;

  private final TestRegistry registry = Sources.registryWithImage();
  private final TestRegistry stranger = Sources.registryWithImage();

  @AfterEach
  void close() {
    registry.close();
    stranger.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("redirects")
  void followsARedirectWithoutTakingTheAuthorizationElsewhere(int status) throws Exception {
    registry.allow(new Access.Basic("user", SECRET));
    DockerConfig credentials = login(registry.host());
    try (RegistryImageSource source = Sources.plainHttp(registry, credentials)) {
      fetch(source);
      registry.misbehave(
          MANIFEST_PATH, Fault.redirect(status, "http://" + stranger.host() + MANIFEST_PATH));
      fetch(source);
    }

    assertThat(stranger.seen()).hasSize(1);
    assertThat(stranger.seen().getFirst().authorization()).isEmpty();
  }

  static Stream<Integer> redirects() {
    return Stream.of(301, 302, 303, 307, 308);
  }

  @Test
  void answersNoChallengeOfAHostThatItWasRedirectedTo() throws Exception {
    stranger.allow(new Access.Basic("user", SECRET));
    registry.misbehave(
        MANIFEST_PATH, Fault.redirect(307, "http://" + stranger.host() + MANIFEST_PATH));
    DockerConfig credentials =
        config(
            "{\"auths\":{\"%s\":{\"username\":\"user\",\"password\":\"%s\"},\"%s\":{\"username\":\"user\",\"password\":\"%s\"}}}"
                .formatted(registry.host(), SECRET, stranger.host(), SECRET));
    try (RegistryImageSource source = Sources.plainHttp(registry, credentials)) {
      assertThat(problemOf(() -> fetch(source))).hasMessageContaining("RegistryUnauthorized");
    }

    assertThat(stranger.seen()).allMatch(seen -> seen.authorization().isEmpty());
  }

  @Test
  void keepsTheAuthorizationOnARedirectWithinTheRegistry() throws Exception {
    registry.allow(new Access.Basic("user", SECRET));
    registry.putManifest("elsewhere", "6.1", TestRegistry.INDEX, Sources.BODY);
    try (RegistryImageSource source = Sources.plainHttp(registry, login(registry.host()))) {
      fetch(source);
      registry.misbehave(MANIFEST_PATH, Fault.redirect(307, "/v2/elsewhere/manifests/6.1"));
      fetch(source);
    }
  }

  @Test
  void showsNeitherControlCharactersNorSignedQueries() {
    for (String location : List.of("/%1b%0a/x?sig=" + SECRET, "ftp://h/?sig=" + SECRET)) {
      registry.misbehave(MANIFEST_PATH, Fault.redirect(302, location));
      registry.misbehave("/\u001b\n/x", Fault.status(403));
      try (RegistryImageSource source = Sources.plainHttp(registry)) {
        assertThat(problemOf(() -> fetch(source)).problem().detail())
            .doesNotContain(SECRET)
            .doesNotContain("\u001b")
            .doesNotContain("\n");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("badRedirects")
  void doesNotFollowARedirectTo(String location) {
    registry.misbehave(MANIFEST_PATH, Fault.redirect(302, location));
    try (RegistryImageSource source = Sources.plainHttp(registry)) {
      assertThat(problemOf(() -> fetch(source))).hasMessageContaining("RegistryMisbehaved");
    }
  }

  static Stream<String> badRedirects() {
    return Stream.of(
        MANIFEST_PATH,
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "http://u:p@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http:///x",
        "http://a_b/",
        "::",
        "");
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
}
