// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.verdict.Reason.NOT_IN_TRANSPARENCY_LOG;

import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Untrusted;
import dev.sigstore.timestamp.client.ImmutableTimestampResponse;
import dev.sigstore.timestamp.client.TimestampException;
import dev.sigstore.timestamp.client.TimestampResponse;
import dev.sigstore.timestamp.client.TimestampVerificationException;
import dev.sigstore.timestamp.client.TimestampVerifier;
import dev.sigstore.trustroot.SigstoreTrustedRoot;
import java.security.GeneralSecurityException;
import java.time.Instant;

/** The timestamp authorities of a trust root; there may be none. */
final class TimestampAuthorities {

  private final TimestampVerifier verifier;

  TimestampAuthorities(SigstoreTrustedRoot root) throws GeneralSecurityException {
    verifier = TimestampVerifier.newTimestampVerifier(root);
  }

  /**
   * The time at which a trusted authority saw the signature.
   *
   * @param response an RFC 3161 TimeStampResp, DER
   * @throws ProblemException {@code NotInTransparencyLog} if the response is malformed, for other
   *     bytes, or not by a trusted authority in its time
   */
  Instant require(byte[] response, byte[] signature) throws ProblemException {
    try {
      TimestampResponse timestamp = ImmutableTimestampResponse.builder().encoded(response).build();
      verifier.verify(timestamp, signature);
      return timestamp.getGenTime().toInstant();
    } catch (TimestampException | TimestampVerificationException e) {
      throw new ProblemException(
          NOT_IN_TRANSPARENCY_LOG,
          "the timestamp does not hold: " + Untrusted.quote(String.valueOf(e.getMessage())),
          e);
    } catch (RuntimeException e) {
      // Bouncy Castle parses while it verifies and reports malformed ASN.1 by half a dozen
      // unchecked exceptions; whatever cannot be read is no timestamp.
      throw new ProblemException(NOT_IN_TRANSPARENCY_LOG, "the timestamp cannot be read", e);
    }
  }
}
