// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.PullSecret;

/** What came of reading a pull secret. */
sealed interface PullSecretReading {

  /**
   * Logins.
   *
   * @param content hash of the docker config, which is a secret's hash and goes nowhere
   */
  record Usable(PullSecret secret, Digest content) implements PullSecretReading {}

  /** The API server's word that there is nothing to use; why, in a lower-case fragment. */
  record Unusable(String why) implements PullSecretReading {}

  /** The API server did not say. */
  record Unanswered(String why) implements PullSecretReading {}
}
