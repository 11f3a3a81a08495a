// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static dev.kernelgate.registry.Sources.IMAGE;
import static dev.kernelgate.registry.Sources.MANIFEST_PATH;
import static dev.kernelgate.registry.Sources.enough;
import static dev.kernelgate.registry.Sources.image;
import static dev.kernelgate.registry.Sources.problemOf;
import static dev.kernelgate.registry.Sources.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.registry.RegistrySettings.ClientCertificate;
import dev.kernelgate.registry.RegistrySettings.Security.Tls;
import dev.kernelgate.testing.Access;
import dev.kernelgate.testing.Fault;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.testing.TestTlsAuthority;
import dev.kernelgate.verdict.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {

  @TempDir Path folder;

  private TestTlsAuthority authority;
  private TestRegistry registry;

  @BeforeEach
  void start() {
    authority = new TestTlsAuthority(folder);
    registry = TestRegistry.startTls(authority.serverContext("127.0.0.1"));
    addImage(registry);
  }

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void trustsTheAuthorityOfTheFile() throws ProblemException {
    try (RegistryImageSource source = trusting(registry)) {
      assertThat(source.manifest(image(registry), "6.1", enough())).isPresent();
    }
  }

  @Test
  void doesNotTrustAnUnknownAuthorityAndSaysThatItIsTls() {
    try (RegistryImageSource source = Sources.of(List.of(), DockerConfig.none())) {
      assertThat(problemOf(() -> source.manifest(image(registry), "6.1", enough())))
          .hasMessageContaining("RegistryUnreachable")
          .hasMessageContaining("TLS");
    }
    assertThat(registry.requests()).isEmpty();
  }

  @Test
  void doesNotTrustACertificateForAnotherHost() {
    try (TestRegistry other = TestRegistry.startTls(authority.serverContext("reg.io"));
        RegistryImageSource source = trusting(other)) {
      assertThat(problemOf(() -> source.manifest(image(other), "6.1", enough())))
          .hasMessageContaining("RegistryUnreachable")
          .hasMessageContaining("TLS");
    }
  }

  @Test
  void neverFallsBackToPlainHttp() {
    try (TestRegistry plain = Sources.registryWithImage();
        RegistryImageSource source = Sources.of(List.of(), DockerConfig.none())) {
      // The test registry ignores what it does not understand, so this ends with the deadline.
      assertThat(
              problemOf(() -> source.manifest(image(plain), "6.1", within(Duration.ofMillis(500)))))
          .hasMessageContaining("did not begin to answer");
      assertThat(plain.requests()).isEmpty();
    }
  }

  @Test
  void doesNotFollowARedirectToPlainHttp() {
    try (TestRegistry plain = Sources.registryWithImage();
        RegistryImageSource source = trusting(registry)) {
      registry.misbehave(
          MANIFEST_PATH, Fault.redirect(307, "http://" + plain.host() + MANIFEST_PATH));

      assertThat(problemOf(() -> source.manifest(image(registry), "6.1", enough())))
          .hasMessageContaining("RegistryMisbehaved");
      assertThat(plain.requests()).isEmpty();
    }
  }

  @Test
  void asksNoTokenServiceOverPlainHttp() throws IOException {
    try (TestRegistry plain = Sources.registryWithImage();
        RegistryImageSource source = trusting(registry)) {
      plain.allow(Access.anonymousTokens());
      registry.allow(
          new Access.Bearer(
              Optional.empty(), Optional.empty(), "http://" + plain.host() + "/token", 60));

      assertThat(problemOf(() -> source.manifest(image(registry), "6.1", enough())))
          .hasMessageContaining("RegistryMisbehaved");
      assertThat(plain.requests()).isEmpty();
    }
  }

  @Test
  void showsTheClientCertificateToItsRegistry() throws ProblemException {
    TestTlsAuthority.ClientFiles client = authority.clientFiles();
    try (TestRegistry mutual = TestRegistry.startMutualTls(authority.serverContext("127.0.0.1"));
        RegistryImageSource source =
            source(
                mutual,
                new Tls(
                    Optional.of(authority.certificateFile()),
                    Optional.of(new ClientCertificate(client.chain(), client.key()))))) {
      addImage(mutual);

      assertThat(source.manifest(image(mutual), "6.1", enough())).isPresent();
    }
  }

  @Test
  void showsTheClientCertificateToNoHostThatItIsRedirectedTo() {
    TestTlsAuthority.ClientFiles client = authority.clientFiles();
    try (TestRegistry mutual = TestRegistry.startMutualTls(authority.serverContext("127.0.0.1"));
        RegistryImageSource source =
            source(
                registry,
                new Tls(
                    Optional.of(authority.certificateFile()),
                    Optional.of(new ClientCertificate(client.chain(), client.key()))))) {
      addImage(mutual);
      registry.misbehave(
          MANIFEST_PATH, Fault.redirect(307, "https://" + mutual.host() + MANIFEST_PATH));

      assertThat(problemOf(() -> source.manifest(image(registry), "6.1", enough())))
          .hasMessageContaining("RegistryUnreachable");
      assertThat(mutual.requests()).isEmpty();
    }
  }

  @Test
  void saysWhichFileCannotBeUsed() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    Path noKey = Files.writeString(folder.resolve("no.key"), "-----BEGIN RSA PRIVATE KEY-----");
    List<Tls> unusable =
        List.of(
            new Tls(Optional.of(empty), Optional.empty()),
            new Tls(Optional.of(folder.resolve("missing.pem")), Optional.empty()),
            new Tls(
                Optional.empty(),
                Optional.of(new ClientCertificate(authority.certificateFile(), noKey))));
    for (Tls tls : unusable) {
      try (RegistryImageSource source = source(registry, tls)) {
        assertThat(problemOf(() -> source.manifest(image(registry), "6.1", enough())))
            .hasMessageContaining("RegistryUnreachable")
            .hasMessageMatching(".*(empty.pem|missing.pem|no.key).*");
      }
    }
  }

  private RegistryImageSource trusting(TestRegistry server) {
    return source(server, new Tls(Optional.of(authority.certificateFile()), Optional.empty()));
  }

  private static RegistryImageSource source(TestRegistry server, Tls tls) {
    return Sources.of(
        List.of(RegistrySettings.defaults(server.host()).with(tls)), DockerConfig.none());
  }

  private static void addImage(TestRegistry server) {
    server.putManifest(IMAGE, "6.1", TestRegistry.INDEX, Sources.BODY);
  }
}
