// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.SignatureFacts;
import dev.kernelgate.verdict.Untrusted;

/** What came of verifying one candidate. */
public sealed interface SignatureFinding {

  /** One line for people who ask why. */
  String summary();

  /**
   * Every cryptographic check passed; the facts hold. Whether this signer is wanted is judged by
   * policy.
   */
  record Verified(SignatureFacts facts) implements SignatureFinding {
    @Override
    public String summary() {
      return "valid, by "
          + Untrusted.quote(facts.identity())
          + ", of type "
          + Untrusted.quote(facts.predicateType());
    }
  }

  /** A check failed, or could not be made; the problem says which. */
  record Failed(Problem problem) implements SignatureFinding {
    @Override
    public String summary() {
      return problem.reason() + ", " + problem.detail();
    }
  }
}
