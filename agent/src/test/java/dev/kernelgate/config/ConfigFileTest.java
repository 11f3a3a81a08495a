// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.policy.Mode;
import dev.kernelgate.policy.Policy;
import dev.kernelgate.policy.PolicyRule;
import dev.kernelgate.policy.TextMatch;
import dev.kernelgate.testing.Golden;
import dev.kernelgate.verdict.CertificateClaim;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigFileTest {

  private static final Path REJECTED = Path.of("src", "test", "resources", "config", "reject");

  @TempDir private Path directory;

  @Test
  void anEmptyFileMeansTheDefaults() throws Exception {
    assertThat(load("")).isEqualTo(AgentConfig.defaults());
    assertThat(load("# nothing yet\n")).isEqualTo(AgentConfig.defaults());
  }

  @Test
  void readsTheShortestUsefulPolicy() throws Exception {
    AgentConfig config =
        load(
            """
            trustRoots:
              - file: trusted_root.json
            registries:
              - host: 127.0.0.1:5510
                plainHttp: true
            policy:
              mode: audit
              rules:
                - name: edera-kernels
                  images: ["127.0.0.1:5510/edera-dev/*"]
                  signers:
                    - issuer: https://token.actions.githubusercontent.com
                      identity: {pattern: "^https://github.com/edera-dev/[a-z-]+/.*@refs/heads/main$"}
                      githubRepository: edera-dev/linux-kernel-oci
            """);

    assertThat(config.trustRoots())
        .containsExactly(new AgentConfig.TrustRoot.File(directory.resolve("trusted_root.json")));
    assertThat(config.images().registries())
        .containsExactly(
            new AgentConfig.Registry(
                "127.0.0.1:5510",
                new AgentConfig.Transport.PlainHttp(),
                List.of(),
                Optional.empty()));
    PolicyRule rule = config.policy().rules().getFirst();
    assertThat(rule.mode()).as("inherited").isEqualTo(Mode.AUDIT);
    assertThat(rule.signers().getFirst().identity()).isInstanceOf(TextMatch.Pattern.class);
    assertThat(rule.signers().getFirst().claims())
        .containsOnlyKeys(CertificateClaim.GITHUB_REPOSITORY);
    assertThat(rule.requirements().format()).isEmpty();
  }

  @Test
  void aPolicyWithoutRulesIsTheBuiltInOneInThatMode() throws Exception {
    AgentConfig config = load("policy: {mode: audit}");

    assertThat(config.policy().rules())
        .containsExactly(Policy.edera().rules().getFirst().inMode(Mode.AUDIT));
  }

  @Test
  void readsWhatHasNoDefault() throws Exception {
    AgentConfig config =
        load(
            """
            registries:
              - host: registry.example
                caFile: ca.pem
                clientCertificateFile: /etc/client.pem
                clientKeyFile: /etc/client.key
                mirrors: [mirror.example:5000/kernels]
                proxy: http://proxy.example:3128
            layouts: [{prefix: ghcr.io/edera-dev, path: ../layout}]
            dockerConfig: /root/.docker/config.json
            socket: {path: run/gate.sock, mode: 0600, group: kernelgate, rights: {decide: {users: [7, 8], groups: [adm, 9]}, read: {}}}
            node: {podManifests: pods, daemonToml: daemon.toml, daemonStart: started, zoneDirectory: zone, imageCache: none, runtimeClasses: [a, b], warmUp: [r.example/k], hostKernel: {image: "r.example/host:1", file: /boot/vmlinuz}, platform: linux/aarch64}
            checks: {deadline: 1500ms, concurrency: 4}
            log: {level: debug, format: json}
            metrics: {listen: "[::1]:9464"}
            """);

    assertThat(config.images().registries().getFirst())
        .isEqualTo(
            new AgentConfig.Registry(
                "registry.example",
                new AgentConfig.Transport.Tls(
                    Optional.of(directory.resolve("ca.pem")),
                    Optional.of(
                        new AgentConfig.ClientCertificate(
                            Path.of("/etc/client.pem"), Path.of("/etc/client.key")))),
                List.of("mirror.example:5000/kernels"),
                Optional.of(URI.create("http://proxy.example:3128"))));
    assertThat(config.images().layouts())
        .containsExactly(
            new AgentConfig.Layout("ghcr.io/edera-dev", directory.resolveSibling("layout")));
    assertThat(config.images().dockerConfig()).contains(Path.of("/root/.docker/config.json"));
    assertThat(config.socket())
        .isEqualTo(
            new AgentConfig.Socket(
                directory.resolve("run/gate.sock"),
                PosixFilePermissions.fromString("rw-------"),
                Optional.of("kernelgate"),
                new AgentConfig.Rights(
                    Optional.of(new AgentConfig.Peers(Set.of(7, 8), Set.of("adm", "9"))),
                    Optional.of(new AgentConfig.Peers(Set.of(), Set.of())),
                    Optional.empty())));
    assertThat(config.node())
        .isEqualTo(
            new AgentConfig.Node(
                Optional.of(directory.resolve("pods")),
                directory.resolve("daemon.toml"),
                directory.resolve("started"),
                directory.resolve("zone"),
                Optional.empty(),
                List.of("a", "b"),
                List.of("r.example/k:latest"),
                Optional.of(
                    new AgentConfig.HostKernel(
                        KernelReference.parse("r.example/host:1"),
                        Optional.of(Path.of("/boot/vmlinuz")))),
                Optional.of(Architecture.ARM64)));
    assertThat(config.checks()).isEqualTo(new AgentConfig.Checks(Duration.ofMillis(1500), 4));
    assertThat(config.log())
        .isEqualTo(new LogSettings(LogSettings.Level.DEBUG, LogSettings.Format.JSON));
    assertThat(config.metrics().listen())
        .contains(new InetSocketAddress(InetAddress.ofLiteral("::1"), 9464));
  }

  @Test
  void aLayoutServesWholePathSegmentsOnly() {
    AgentConfig.Layout layout = new AgentConfig.Layout("ghcr.io/edera-dev", directory);

    assertThat(layout.serves("ghcr.io/edera-dev/zone-kernel")).isTrue();
    assertThat(layout.serves("ghcr.io/edera-devil/zone-kernel")).isFalse();
    assertThat(layout.serves("ghcr.io/edera")).isFalse();
  }

  static Stream<String> rejectedFiles() throws IOException {
    try (Stream<Path> files = Files.list(REJECTED)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rejectedFiles")
  void tellsEveryMistakeByLineAndColumn(String name) {
    ConfigException rejected =
        catchThrowableOfType(ConfigException.class, () -> ConfigFile.load(REJECTED.resolve(name)));

    assertThat(rejected).as("%s is accepted", name).isNotNull();
    String told = String.join("\n", rejected.problems()) + "\n";
    Golden.assertMatches(
        "config/" + name.replace(".yaml", ".txt"), told.replace(REJECTED + "/", ""));
    assertThat(rejected.problems())
        .allSatisfy(problem -> assertThat(problem).matches(".+:\\d+:\\d+: .+; .+[^.]"));
  }

  @Test
  void saysWhenThereIsNoSuchFile() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ConfigFile.load(directory.resolve("absent.yaml")))
        .withMessageEndingWith("absent.yaml: there is no such file; correct the path");
  }

  @Test
  void saysWhenTheFileIsADirectory() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ConfigFile.load(directory))
        .withMessageContaining("cannot be read");
  }

  private AgentConfig load(String text) throws Exception {
    return ConfigFile.load(Files.writeString(directory.resolve("kernelgate.yaml"), text));
  }
}
