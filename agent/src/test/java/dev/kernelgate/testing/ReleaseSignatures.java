// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.SignatureCandidate;
import dev.kernelgate.policy.SignatureFinding;
import dev.kernelgate.verdict.CertificateClaim;
import dev.kernelgate.verdict.SignatureFacts;
import dev.kernelgate.verification.SignatureVerifier;
import java.time.Instant;
import java.util.Map;

/** A verifier that takes whatever is attached for a signature by Edera's release workflow. */
public final class ReleaseSignatures implements SignatureVerifier {

  /** The facts of such a signature. */
  public static SignatureFacts over(Digest subject) {
    return new SignatureFacts(
        subject,
        SignatureFacts.COSIGN_SIGN,
        "https://token.actions.githubusercontent.com",
        "https://github.com/edera-dev/linux-kernel-oci/.github/workflows/matrix.yml@refs/heads/main",
        Map.of(CertificateClaim.GITHUB_REPOSITORY, "edera-dev/linux-kernel-oci"),
        Instant.parse("2026-11-22T12:11:11Z"),
        "rekor.test",
        148000006,
        "sigstore-bundle-v0.3");
  }

  @Override
  public SignatureFinding verify(SignatureCandidate candidate) {
    return new SignatureFinding.Verified(over(candidate.subject()));
  }

  @Override
  public String trustRootRevision() {
    return "test";
  }
}
