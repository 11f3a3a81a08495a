// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.SignatureFacts;

/** What came of verifying one candidate. */
public sealed interface SignatureFinding {

  /**
   * Every cryptographic check passed; the facts hold. Whether this signer is wanted is judged by
   * policy.
   */
  record Verified(SignatureFacts facts) implements SignatureFinding {}

  /** A check failed, or could not be made; the problem says which. */
  record Failed(Problem problem) implements SignatureFinding {}
}
