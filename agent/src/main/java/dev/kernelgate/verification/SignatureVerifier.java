// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.oci.SignatureCandidate;
import dev.kernelgate.policy.SignatureFinding;

/**
 * Verifies candidates against one Sigstore trust root, offline. Immutable and safe for concurrent
 * use; never throws: a failure of the verifier itself is a finding with an undetermined reason.
 */
public interface SignatureVerifier {

  /** Makes every cryptographic check of a candidate; no check depends on who signed. */
  SignatureFinding verify(SignatureCandidate candidate);

  /** Identifies the trust root, for cache keys and records: changes whenever its content does. */
  String trustRootRevision();
}
