// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import dev.kernelgate.verdict.SignatureFacts;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What a rule asks of a kernel beside a signature by an accepted signer. Signed does not mean good:
 * old, foreign and SDK images are properly signed too.
 *
 * @param format what annotation {@code dev.edera.kernel.format} must be; empty accepts any
 * @param flavor what annotation {@code dev.edera.kernel.flavor} must be
 * @param versionFloor the oldest accepted {@code dev.edera.kernel.version}
 * @param maxSignatureAge how long ago the signature may have been made, positive
 * @param attestations predicate types that accepted signers must have attested, too
 */
public record KernelRequirements(
    Optional<String> format,
    FlavorRule flavor,
    Optional<VersionFloor> versionFloor,
    Optional<Duration> maxSignatureAge,
    Set<String> attestations) {

  public KernelRequirements {
    attestations = Set.copyOf(attestations);
    if (attestations.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("a predicate type must not be empty");
    }
    if (attestations.contains(SignatureFacts.COSIGN_SIGN)) {
      throw new IllegalArgumentException("a signature is no attestation");
    }
    if (maxSignatureAge.filter(age -> !age.isPositive()).isPresent()) {
      throw new IllegalArgumentException("the maximum age of a signature must be positive");
    }
  }

  /** Asks for nothing more than a signature. */
  public static KernelRequirements none() {
    return new KernelRequirements(
        Optional.empty(), new FlavorRule.Any(), Optional.empty(), Optional.empty(), Set.of());
  }
}
