// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static dev.kernelgate.registry.Sources.enough;
import static dev.kernelgate.registry.Sources.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.Keychain;
import dev.kernelgate.oci.PullSecret;
import dev.kernelgate.testing.Access;
import dev.kernelgate.testing.FakeSecrets;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.verdict.ProblemException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registries as somebody asks them who has credentials of his own. */
final class KeychainTest {

  private static final String RIGHT = "right";

  @TempDir private Path folder;

  private final TestRegistry registry = Sources.registryWithImage();

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void itsLoginComesBeforeTheAgentsOwn() throws Exception {
    registry.allow(new Access.Basic("user", RIGHT));
    try (RegistryImageSource own = source(registry.host(), "wrong")) {
      assertFetches(own.with(keychain(login(registry.host(), RIGHT))));
    }
  }

  @Test
  void whatItDoesNotCoverIsAskedWithTheAgentsOwn() throws Exception {
    registry.allow(new Access.Basic("user", RIGHT));
    try (RegistryImageSource own = source(registry.host(), RIGHT)) {
      assertFetches(own.with(keychain(login(registry.host() + "/edera-dev/zone", "wrong"))));
    }
  }

  @Test
  void theLongestPathCountsInWhicheverSecretItIsAndThenTheEarlierSecret() throws Exception {
    registry.allow(new Access.Basic("user", RIGHT));
    String team = registry.host() + "/edera-dev";
    try (RegistryImageSource own = Sources.plainHttp(registry)) {
      assertFetches(own.with(keychain(login(registry.host(), "wrong"), login(team, RIGHT))));
      assertFetches(own.with(keychain(login(team, RIGHT), login(team, "wrong"))));
    }
  }

  @Test
  void tokensForItAreNobodyElses() throws Exception {
    registry.allow(Access.tokensFor("user", RIGHT));
    try (RegistryImageSource own = Sources.plainHttp(registry)) {
      assertFetches(own.with(keychain(login(registry.host(), RIGHT))));

      assertRefuses(own);
      assertRefuses(own.with(keychain(login(registry.host(), "wrong"))));
    }
  }

  @Test
  void whatIsNoLoginIsLeftOutAndTheRestIsUsed() throws Exception {
    registry.allow(new Access.Basic("user", RIGHT));
    String auths =
        "{\"a.test\":1,\"b.test\":{\"auth\":[]},\"%s\":{\"username\":\"user\",\"password\":\"%s\"}}"
            .formatted(registry.host(), RIGHT);
    try (RegistryImageSource own = Sources.plainHttp(registry)) {
      assertFetches(own.with(keychain(auths)));
    }
  }

  private RegistryImageSource source(String scope, String password) throws Exception {
    return Sources.plainHttp(registry, Sources.login(folder, scope, password));
  }

  private void assertFetches(ImageSource source) throws ProblemException {
    assertThat(source.manifest(image(registry), "6.1", enough())).isPresent();
  }

  private void assertRefuses(ImageSource source) {
    assertThatThrownBy(() -> source.manifest(image(registry), "6.1", enough()))
        .isInstanceOf(ProblemException.class)
        .hasMessageNotContaining(RIGHT)
        .extracting(e -> ((ProblemException) e).problem().reason().toString())
        .isEqualTo("RegistryUnauthorized");
  }

  private static String login(String scope, String password) {
    return FakeSecrets.cfg(scope, "user", password);
  }

  private static Keychain keychain(String... auths) throws MalformedJsonException {
    List<PullSecret> secrets = new ArrayList<>();
    for (String each : auths) {
      secrets.add(
          new PullSecret(
              "default/" + secrets.size(), JsonReader.read(each.getBytes(StandardCharsets.UTF_8))));
    }
    return new Keychain(
        Optional.of(Digest.of(String.join(",", auths).getBytes(StandardCharsets.UTF_8))),
        secrets,
        List.of());
  }
}
