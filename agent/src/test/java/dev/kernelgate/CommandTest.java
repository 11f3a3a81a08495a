// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.cli.KernelgateCommand;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.Golden;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands as they are typed, with what they print and their exit status. */
final class CommandTest {

  private static final String CONFIG = "sample-node/kernelgate.yaml";
  private static final String IMAGE = "ghcr.io/edera-dev/zone-kernel:6.15.6";

  private static final Path BLOBS = Path.of("sample-node/kernels/blobs/sha256");

  private record Ran(int exit, String out, String err) {}

  record Case(String name, int exit, String... arguments) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("verify-trusted", 0, verify("--explain", IMAGE)),
        new Case("verify-rejected", 1, verify(IMAGE + "-branch-build")),
        new Case("verify-unsigned", 1, verify("--explain", IMAGE + "-unsigned")),
        new Case("verify-invalid", 1, verify("Not a\u001b reference")),
        new Case("verify-worst-of-several", 1, verify("-o", "json", IMAGE, IMAGE + "-fork")),
        new Case(
            "verify-layout",
            0,
            "verify",
            "--platform=linux/arm64",
            "--layout=sample-node/kernels",
            "--trusted-root=sample-node/trusted_root.json",
            IMAGE),
        new Case(
            "verify-no-layout", 2, "verify", "--platform=linux/amd64", "--layout=no-such", IMAGE),
        new Case(
            "verify-no-trusted-root",
            2,
            "verify",
            "--platform=linux/amd64",
            "--layout=sample-node/kernels",
            "--trusted-root=no-such",
            IMAGE),
        new Case("explain", 0, "explain", "attestationonly"),
        new Case("explain-all", 0, "explain"),
        new Case("explain-unknown", 64, "explain", "Nonsense"),
        new Case("config-check", 0, "config", "check", CONFIG),
        new Case("config-missing", 78, "config", "check", "no-such.yaml"),
        new Case("status-no-agent", 69, "status", "--socket", "no-such.sock"),
        new Case("usage-no-command", 64),
        new Case("usage-no-reference", 64, "verify"),
        new Case("usage-unknown-option", 64, "verify", "--trust-me", IMAGE),
        new Case("usage-platform", 64, "verify", "--platform", "windows/amd64", IMAGE),
        new Case("usage-deadline", 64, "verify", "--deadline", "0s", IMAGE),
        new Case("help", 0, "--help"),
        new Case("help-verify", 0, "verify", "--help"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void printsWhatTheGoldenFileSays(Case typed) {
    Ran ran = run(typed.arguments());
    Golden.assertMatches(
        "cli/" + typed.name() + ".txt",
        "$ kernelgate %s%n%s%s[exit %d]%n"
            .formatted(
                String.join(" ", typed.arguments()).replace('\u001b', '^'),
                ran.out(),
                ran.err(),
                ran.exit()));
    assertThat(ran.exit()).as(ran.toString()).isEqualTo(typed.exit());
  }

  @Test
  void verifiesABundleAsTheConformanceSuiteAsks() {
    Path bundle = BLOBS.resolve("679cd7b0cedd0fdba1ac4c0d5f85fd323b326042612be56773bc461c1108ebd8");
    String issuer = "https://token.actions.githubusercontent.com";
    String identity =
        "https://github.com/edera-dev/linux-kernel-oci/.github/workflows/matrix.yml@refs/heads/main";
    String index = "sha256:d5fc8d325c3c6ac2ed7dd210c46022d2c75b4b85a80c369b9e3eceb205c5baa9";
    Path artifact = BLOBS.resolve(index.substring("sha256:".length()));
    assertThat(conformance(bundle, identity, issuer, index).exit()).isZero();
    assertThat(conformance(bundle, identity, issuer, artifact.toString()).exit()).isZero();
    assertThat(conformance(bundle, identity + "x", issuer, index).exit()).isEqualTo(1);
    assertThat(conformance(bundle, identity, issuer + "/", index).exit()).isEqualTo(1);
    assertThat(conformance(bundle, identity, issuer, "sha256:" + "0".repeat(64)).exit())
        .isEqualTo(1);
    assertThat(conformance(bundle, identity, issuer, "no-such-file").exit()).isEqualTo(1);
  }

  private static Ran conformance(Path bundle, String identity, String issuer, String artifact) {
    return run(
        "conformance",
        "verify-bundle",
        "--bundle",
        bundle.toString(),
        "--certificate-identity",
        identity,
        "--certificate-oidc-issuer",
        issuer,
        "--trusted-root",
        "sample-node/trusted_root.json",
        artifact);
  }

  private static String[] verify(String... more) {
    return Stream.concat(
            Stream.of("verify", "--platform=linux/amd64", "--config=" + CONFIG), Stream.of(more))
        .toArray(String[]::new);
  }

  private static Ran run(String... arguments) {
    FakeTime time = FakeTime.afterFixtures();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        KernelgateCommand.run(
            new LocalProgram(new Surroundings(time, time::nanoTime, Map.of())),
            arguments,
            new PrintWriter(out),
            new PrintWriter(err));
    return new Ran(exit, out.toString(), err.toString());
  }
}
