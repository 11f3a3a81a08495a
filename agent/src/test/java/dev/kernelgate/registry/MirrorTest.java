// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static dev.kernelgate.registry.Sources.IMAGE;
import static dev.kernelgate.registry.Sources.enough;
import static dev.kernelgate.registry.Sources.image;
import static dev.kernelgate.registry.Sources.problemOf;
import static dev.kernelgate.registry.Sources.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.testing.Access;
import dev.kernelgate.testing.Fault;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.verdict.ProblemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MirrorTest {

  @TempDir Path folder;

  private final TestRegistry origin = Sources.registryWithImage();
  private final TestRegistry mirror = Sources.registryWithImage();

  @AfterEach
  void close() {
    origin.close();
    mirror.close();
  }

  @Test
  void asksTheMirrorAndNobodyElse() throws ProblemException {
    try (RegistryImageSource source = mirroredBy(mirror.host())) {
      assertThat(source.manifest(image(origin), "6.1", enough())).isPresent();
    }

    assertThat(mirror.requests()).hasSize(1);
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void putsAMirrorsPrefixInFrontOfTheRepository() throws ProblemException {
    mirror.putManifest("proxy/hub/" + IMAGE, "6.1", TestRegistry.INDEX, new byte[] {'{', '}'});
    try (RegistryImageSource source = mirroredBy(mirror.host() + "/proxy/hub")) {
      assertThat(source.manifest(image(origin), "6.1", enough()).orElseThrow().body()).hasSize(2);
    }
  }

  record Case(String name, Fault fault) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> failures() {
    return Stream.of(
        new Case("not there", Fault.status(404)),
        new Case("refused", Fault.status(403)),
        new Case("throttled", Fault.status(429)),
        new Case("broken", Fault.status(500)),
        new Case("a page", Fault.page(200)),
        new Case("too large", Fault.stream(TestRegistry.INDEX, 8L << 20)),
        new Case("hanging", Fault.hang()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void turnsToTheRegistryWhenTheMirrorIs(Case failure) throws ProblemException {
    mirror.misbehaveEverywhere(failure.fault());
    try (RegistryImageSource source = mirroredBy(mirror.host())) {
      assertThat(source.manifest(image(origin), "6.1", within(Duration.ofSeconds(2)))).isPresent();
    }
  }

  @Test
  void believesAbsenceOnlyFromTheRegistry() throws ProblemException {
    try (RegistryImageSource source = mirroredBy(mirror.host())) {
      assertThat(source.manifest(image(origin), "7.0", enough())).isEmpty();
      origin.misbehaveEverywhere(Fault.status(503));

      assertThat(problemOf(() -> source.manifest(image(origin), "7.0", enough())))
          .hasMessageContaining("RegistryUnreachable");
    }
  }

  @Test
  void keepsWhatTheMirrorsSaidForWhoLooksIntoIt() {
    mirror.misbehaveEverywhere(Fault.status(403));
    origin.misbehaveEverywhere(Fault.status(503));
    try (RegistryImageSource source = mirroredBy(mirror.host())) {
      assertThat(
              problemOf(() -> source.blob(image(origin), Digest.of(new byte[0]), 1, enough()))
                  .getSuppressed())
          .singleElement()
          .satisfies(said -> assertThat(said).hasMessageContaining("RegistryUnauthorized"));
    }
  }

  @Test
  void showsTheMirrorNoCredentialOfTheRegistry() throws Exception {
    mirror.allow(new Access.Basic("user", "password"));
    DockerConfig credentials =
        DockerConfig.at(
            Files.writeString(
                folder.resolve("config.json"),
                "{\"auths\":{\"%s\":{\"username\":\"user\",\"password\":\"password\"}}}"
                    .formatted(origin.host())),
            List.of());
    try (RegistryImageSource source = Sources.of(settings(mirror.host()), credentials)) {
      assertThat(source.manifest(image(origin), "6.1", enough())).isPresent();
    }

    assertThat(mirror.seen()).allMatch(seen -> seen.authorization().isEmpty());
    assertThat(origin.requests()).hasSize(1);
  }

  private RegistryImageSource mirroredBy(String address) {
    return Sources.of(settings(address), DockerConfig.none());
  }

  private List<RegistrySettings> settings(String address) {
    return List.of(
        RegistrySettings.plainHttp(origin.host()).withMirrors(List.of(address)),
        RegistrySettings.plainHttp(mirror.host()));
  }
}
