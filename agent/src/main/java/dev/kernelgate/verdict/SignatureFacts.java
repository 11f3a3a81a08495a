// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verdict;

import dev.kernelgate.kernel.Digest;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a signature proves, after every cryptographic check of it has passed. Whether this signer is
 * wanted is for policy to say.
 *
 * @param signedDigest the manifest or index that was signed
 * @param predicateType what the signer stated about it; {@link #COSIGN_SIGN} for a signature,
 *     anything else is an attestation
 * @param issuer the OIDC issuer that vouched for the signer (Fulcio OID 1.3.6.1.4.1.57264.1.8, else
 *     .1)
 * @param identity the certificate's only subject alternative name
 * @param claims the GitHub claims of the certificate that policy can bind
 * @param signedAt trusted time of the signature: the log's, or the timestamp authority's
 * @param log host name of the transparency log
 * @param logIndex index of the entry in that log
 * @param format how it was stored, {@code cosign-legacy} or {@code sigstore-bundle-v0.3}
 */
public record SignatureFacts(
    Digest signedDigest,
    String predicateType,
    String issuer,
    String identity,
    Map<CertificateClaim, String> claims,
    Instant signedAt,
    String log,
    long logIndex,
    String format) {

  /**
   * The predicate type of cosign 3's image signatures; legacy signatures, which have none, are
   * given it too.
   */
  public static final String COSIGN_SIGN = "https://sigstore.dev/cosign/sign/v1";

  public SignatureFacts {
    claims = Map.copyOf(claims);
  }

  /** Whether this says "I signed this image"; an SBOM or any other attestation does not. */
  public boolean isSignature() {
    return predicateType.equals(COSIGN_SIGN);
  }

  /** The GitHub repository whose workflow signed, as {@code owner/name}. */
  public Optional<String> githubRepository() {
    return Optional.ofNullable(claims.get(CertificateClaim.GITHUB_REPOSITORY));
  }
}
