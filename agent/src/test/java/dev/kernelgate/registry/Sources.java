// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.verdict.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What the tests of this package start from. */
final class Sources {

  static final String IMAGE = "edera-dev/zone-kernel";
  static final byte[] BODY = "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8);
  static final String MANIFEST_PATH = "/v2/" + IMAGE + "/manifests/6.1";
  static final Pause NO_PAUSE = _ -> {};

  private Sources() {}

  /** A registry that has {@link #IMAGE} with tag 6.1. */
  static TestRegistry registryWithImage() {
    TestRegistry registry = TestRegistry.start();
    registry.putManifest(IMAGE, "6.1", TestRegistry.INDEX, BODY);
    return registry;
  }

  /** A source that reaches the registries over plain HTTP. */
  static RegistryImageSource plainHttp(TestRegistry registry) {
    return plainHttp(registry, DockerConfig.none());
  }

  static RegistryImageSource plainHttp(TestRegistry registry, DockerConfig credentials) {
    return of(List.of(RegistrySettings.plainHttp(registry.host())), credentials);
  }

  static RegistryImageSource of(List<RegistrySettings> settings, DockerConfig credentials) {
    return of(settings, credentials, FakeTime.afterFixtures());
  }

  static RegistryImageSource of(
      List<RegistrySettings> settings, DockerConfig credentials, FakeTime time) {
    return new RegistryImageSource(
        settings,
        RegistrySettings.defaults(RegistrySettings.ANY_HOST),
        credentials,
        time,
        NO_PAUSE);
  }

  /** Asserts that the source gets the image's manifest. */
  static void fetch(RegistryImageSource source, TestRegistry from) throws ProblemException {
    assertThat(source.manifest(image(from), "6.1", enough())).isPresent();
  }

  /** A docker config with one login, under the name {@code user}. */
  static DockerConfig login(Path folder, String key, String password) throws IOException {
    return dockerConfig(
        folder,
        "{\"auths\":{\"%s\":{\"username\":\"user\",\"password\":\"%s\"}}}"
            .formatted(key, password));
  }

  /** A docker config with this content. */
  static DockerConfig dockerConfig(Path folder, String json) throws IOException {
    return DockerConfig.at(Files.writeString(folder.resolve("config.json"), json), List.of());
  }

  static Repository image(TestRegistry registry) {
    return new Repository(registry.host(), IMAGE);
  }

  /** Ten seconds, more than any test needs. */
  static Deadline enough() {
    return within(Duration.ofSeconds(10));
  }

  /** A deadline in real time, for tests of real waiting. */
  static Deadline within(Duration budget) {
    return Deadline.after(budget, System::nanoTime);
  }

  /** The problem that the call ends with. */
  static ProblemException problemOf(ThrowingCallable call) {
    return catchThrowableOfType(ProblemException.class, call);
  }
}
