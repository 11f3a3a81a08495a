// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;

/**
 * Bytes and the digest that they have. The only ways to make one hash the bytes, so whoever holds
 * one need not hash again. What is believed is always read from these bytes and never written anew.
 */
public final class VerifiedBytes {

  private final Digest digest;
  private final byte[] bytes;

  private VerifiedBytes(Digest digest, byte[] bytes) {
    this.digest = digest;
    this.bytes = bytes;
  }

  /** Bytes that nothing named beforehand, such as a tag's: the digest is what they hash to. */
  static VerifiedBytes hash(byte[] bytes) {
    return new VerifiedBytes(Digest.of(bytes), bytes);
  }

  /**
   * Bytes that were asked for by digest.
   *
   * @throws ProblemException {@code RegistryMisbehaved} if they hash to anything else
   */
  public static VerifiedBytes expect(Digest digest, byte[] bytes) throws ProblemException {
    VerifiedBytes actual = hash(bytes);
    if (!actual.digest.equals(digest)) {
      throw new ProblemException(
          Reason.REGISTRY_MISBEHAVED, "asked for " + digest + ", got bytes of " + actual.digest);
    }
    return actual;
  }

  /** What the bytes hash to. */
  public Digest digest() {
    return digest;
  }

  /** The bytes as received; callers do not change them. */
  public byte[] bytes() {
    return bytes;
  }
}
