// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.verdict.ProblemException;
import java.nio.charset.StandardCharsets;
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
