// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.oci.SignatureCandidate;
import dev.kernelgate.policy.SignatureFinding;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verification.SignatureVerifier;

/** Stands in for trust roots that could not be read: every signature leaves the question open. */
record UnusableTrustRoot(Problem problem) implements SignatureVerifier {

  @Override
  public SignatureFinding verify(SignatureCandidate candidate) {
    return new SignatureFinding.Failed(problem);
  }

  @Override
  public String trustRootRevision() {
    return "none";
  }
}
