// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static dev.kernelgate.registry.Sources.IMAGE;
import static dev.kernelgate.registry.Sources.enough;
import static dev.kernelgate.registry.Sources.problemOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kernelgate.oci.Repository;
import dev.kernelgate.registry.RegistrySettings.Security.Tls;
import dev.kernelgate.testing.TestProxy;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.testing.TestTlsAuthority;
import dev.kernelgate.verdict.ProblemException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyTest {

  private static final URI PROXY = URI.create("http://proxy.example:8080");

  @TempDir Path folder;

  @Test
  void tunnelsTlsToDockerHubsOwnHost() throws ProblemException {
    TestTlsAuthority authority = new TestTlsAuthority(folder);
    try (TestRegistry registry =
            TestRegistry.startTls(authority.serverContext("registry-1.docker.io"));
        TestProxy proxy = new TestProxy(registry);
        RegistryImageSource source =
            Sources.of(
                List.of(
                    RegistrySettings.defaults("docker.io")
                        .with(new Tls(Optional.of(authority.certificateFile()), Optional.empty()))
                        .with(ProxySettings.through(proxy.uri(), List.of()))),
                DockerConfig.none())) {
      registry.putManifest(IMAGE, "6.1", TestRegistry.INDEX, Sources.BODY);

      assertThat(source.manifest(new Repository("docker.io", IMAGE), "6.1", enough())).isPresent();
      assertThat(proxy.requestLines()).containsExactly("CONNECT registry-1.docker.io:443 HTTP/1.1");
    }
  }

  @Test
  void handsPlainRequestsToTheProxy() throws ProblemException {
    try (TestRegistry registry = Sources.registryWithImage();
        TestProxy proxy = new TestProxy(registry);
        RegistryImageSource source =
            Sources.of(
                List.of(
                    RegistrySettings.plainHttp("registry.test")
                        .with(ProxySettings.through(proxy.uri(), List.of()))),
                DockerConfig.none())) {

      assertThat(source.manifest(new Repository("registry.test", IMAGE), "6.1", enough()))
          .isPresent();
      assertThat(proxy.requestLines().getFirst()).startsWith("GET http://registry.test/v2/");
    }
  }

  @Test
  void saysThatTheProxyIsOutOfReach() {
    try (RegistryImageSource source =
        Sources.of(
            List.of(
                RegistrySettings.defaults("registry.test")
                    .with(ProxySettings.through(URI.create("http://proxy.invalid:1"), List.of()))),
            DockerConfig.none())) {
      assertThat(
              problemOf(
                  () -> source.manifest(new Repository("registry.test", IMAGE), "6.1", enough())))
          .hasMessageContaining("RegistryUnreachable");
    }
  }

  record Case(String target, String noProxy, boolean isDirect) {
    @Override
    public String toString() {
      return target + (isDirect ? " is" : " is not") + " exempted by " + noProxy;
    }
  }

  static Stream<Case> exemptions() {
    return Stream.of(
        new Case("https://reg.io/", "", false),
        new Case("https://reg.io/", "reg.io", true),
        new Case("https://reg.io/", " other.io , REG.io ", true),
        new Case("https://reg.io/", "*", true),
        new Case("https://sub.reg.io/", "reg.io", true),
        new Case("https://sub.reg.io/", ".reg.io", true),
        new Case("https://reg.io/", ".reg.io", false),
        new Case("https://myreg.io/", "reg.io", false),
        new Case("https://reg.io/", "reg.io:443", true),
        new Case("https://reg.io/", "reg.io:5000", false),
        new Case("https://reg.io:5000/", "reg.io:5000", true),
        new Case("https://10.1.2.3/", "10.0.0.0/8", true),
        new Case("https://11.1.2.3/", "10.0.0.0/8", false),
        new Case("https://10.1.2.3/", "10.1.2.3", true),
        new Case("https://reg.io/", "10.0.0.0/8", false),
        new Case("https://10.1.2.3/", "0.0.0.0/0", true),
        new Case("https://10.1.2.3/", "10.1.2.3/33", false),
        new Case("https://127.0.0.1:5000/", "", true),
        new Case("https://127.1.2.3/", "", true),
        new Case("https://localhost:5000/", "", true),
        new Case("http://reg.io/", "", false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("exemptions")
  void knowsWhatIsReachedDirectly(Case exemption) {
    ProxySettings settings =
        ProxySettings.through(PROXY, List.of(exemption.noProxy().split(",", -1)));

    assertThat(settings.proxyFor(URI.create(exemption.target())).isEmpty())
        .isEqualTo(exemption.isDirect());
  }

  @Test
  void readsTheEnvironment() {
    ProxySettings settings =
        ProxySettings.fromEnvironment(
            Map.of("https_proxy", "proxy.example:8080", "NO_PROXY", "a.io,b.io"));

    assertThat(settings.https()).contains(PROXY);
    assertThat(settings.http()).isEmpty();
    assertThat(settings.noProxy()).containsExactly("a.io", "b.io");
    assertThat(ProxySettings.fromEnvironment(Map.of())).isEqualTo(ProxySettings.none());
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://proxy:1", "socks5://proxy:1", "http://u:p@proxy:1", "http://"})
  void refusesAProxyThatItCannotUse(String proxy) {
    assertThatThrownBy(() -> ProxySettings.fromEnvironment(Map.of("HTTPS_PROXY", proxy)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
