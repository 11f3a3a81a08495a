// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.oci.SignatureCandidate;
import dev.kernelgate.policy.SignatureFinding;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verification.SignatureVerifier;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * A verifier that is being made on another thread, which takes some tenths of a second. What it
 * will judge by is known at once, so that what does not take a signature can begin; a signature
 * that is shown to it before it is there waits for it. One that cannot be made verifies nothing.
 */
final class ComingVerifier implements SignatureVerifier {

  private final String trustRootRevision;
  private final CompletableFuture<SignatureVerifier> verifier;

  private ComingVerifier(String trustRootRevision, CompletableFuture<SignatureVerifier> verifier) {
    this.trustRootRevision = trustRootRevision;
    this.verifier = verifier;
  }

  /** Has a verifier made; the maker tells what is wrong with trust roots by what it makes. */
  static ComingVerifier madeBy(
      Supplier<SignatureVerifier> maker, String trustRootRevision, Executor thread) {
    return new ComingVerifier(
        trustRootRevision,
        CompletableFuture.supplyAsync(maker, thread)
            .exceptionally(failure -> new UnusableTrustRoot(Problem.unexpected(failure))));
  }

  /** One that is there already. */
  static ComingVerifier of(SignatureVerifier verifier) {
    return new ComingVerifier(
        verifier.trustRootRevision(), CompletableFuture.completedFuture(verifier));
  }

  /** The verifier, when it is there. */
  SignatureVerifier await() {
    return verifier.join();
  }

  @Override
  public SignatureFinding verify(SignatureCandidate candidate) {
    return await().verify(candidate);
  }

  @Override
  public String trustRootRevision() {
    return trustRootRevision;
  }
}
