// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.policy.SignatureFinding;
import dev.kernelgate.verdict.SignatureFacts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code kernelgate conformance}: the verifying half of the command protocol of
 * sigstore-conformance (docs/cli_protocol.md), so that the public suite can test the verifier.
 */
@Command(
    name = "conformance",
    description = "Speaks the command protocol of the sigstore-conformance suite.")
final class ConformanceCommand {

  private static final int MAX_BUNDLE_BYTES = 16 * 1024 * 1024;

  private final Program program;

  @Spec private CommandSpec spec = CommandSpec.create();

  ConformanceCommand(Program program) {
    this.program = program;
  }

  @Command(
      name = "verify-bundle",
      description = "Verifies a Sigstore bundle: 0 when it is good for the artifact and identity.")
  int verifyBundle(
      @Option(names = "--staging", description = "Refused: that instance's root is not bundled.")
          boolean staging,
      @Option(names = "--bundle", required = true, paramLabel = "FILE") Path bundle,
      @Option(names = "--certificate-identity", required = true, paramLabel = "ID") String identity,
      @Option(names = "--certificate-oidc-issuer", required = true, paramLabel = "URL")
          String issuer,
      @Option(names = "--trusted-root", paramLabel = "FILE") Optional<Path> trustedRoot,
      @Parameters(paramLabel = "ARTIFACT|sha256:HEX") String artifact)
      throws CommandFailedException {
    if (staging && trustedRoot.isEmpty()) {
      throw notGood("the staging instance's root is not bundled; name it with --trusted-root");
    }
    SignatureFinding finding = program.verifyArtifact(read(bundle), digest(artifact), trustedRoot);
    SignatureFacts facts =
        switch (finding) {
          case SignatureFinding.Verified(SignatureFacts verified) -> verified;
          case SignatureFinding.Failed failed -> throw notGood(failed.summary());
        };
    require("identity", identity, facts.identity());
    require("issuer", issuer, facts.issuer());
    spec.commandLine().getOut().println("verified: " + Shown.of(facts.identity()));
    return ExitStatus.OK;
  }

  /** By the protocol, what is not a digest, or is a file, is a file. */
  private static Digest digest(String artifact) throws CommandFailedException {
    Optional<Digest> digest = Digest.parse(artifact);
    Path file = Path.of(artifact);
    return digest.isPresent() && !Files.exists(file) ? digest.get() : hash(file);
  }

  private static Digest hash(Path file) throws CommandFailedException {
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(file), Digest.sha256())) {
      in.transferTo(OutputStream.nullOutputStream());
      return Digest.ofHash(in.getMessageDigest().digest());
    } catch (IOException e) {
      throw notGood("the artifact cannot be read: " + Shown.of(e.toString()));
    }
  }

  private static byte[] read(Path bundle) throws CommandFailedException {
    try (InputStream in = Files.newInputStream(bundle)) {
      byte[] bytes = in.readNBytes(MAX_BUNDLE_BYTES + 1);
      if (bytes.length > MAX_BUNDLE_BYTES) {
        throw notGood("the bundle is larger than " + MAX_BUNDLE_BYTES + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw notGood("the bundle cannot be read: " + Shown.of(e.toString()));
    }
  }

  private static void require(String what, String wanted, String found)
      throws CommandFailedException {
    if (!wanted.equals(found)) {
      throw notGood("the " + what + " is '" + Shown.of(found) + "'");
    }
  }

  private static CommandFailedException notGood(String detail) {
    return new CommandFailedException(ExitStatus.NOT_GOOD, List.of("not verified: " + detail));
  }
}
