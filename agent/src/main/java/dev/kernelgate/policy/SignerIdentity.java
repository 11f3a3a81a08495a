// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import dev.kernelgate.verdict.CertificateClaim;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.SignatureFacts;
import dev.kernelgate.verdict.Untrusted;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * A signer that a rule accepts. Issuer and identity are always bound, since {@link TextMatch} has
 * no case that accepts everything.
 *
 * @param issuer the OIDC issuer that vouched for the signer
 * @param identity the certificate's subject alternative name
 * @param claims claims that the certificate must carry too, in the order of {@link
 *     CertificateClaim}; a reusable workflow called from a foreign repository differs in these only
 */
public record SignerIdentity(
    TextMatch issuer, TextMatch identity, Map<CertificateClaim, TextMatch> claims) {

  public SignerIdentity {
    Map<CertificateClaim, TextMatch> ordered = new EnumMap<>(CertificateClaim.class);
    ordered.putAll(claims);
    claims = Collections.unmodifiableMap(ordered);
  }

  /**
   * How a verified signature differs from this signer, the first difference; empty if it is by it.
   */
  Optional<Problem> objection(SignatureFacts facts) {
    if (!issuer.accepts(facts.issuer())) {
      return Optional.of(difference(Reason.ISSUER_MISMATCH, "issuer", facts.issuer(), issuer));
    }
    if (!identity.accepts(facts.identity())) {
      return Optional.of(
          difference(Reason.IDENTITY_MISMATCH, "identity", facts.identity(), identity));
    }
    for (Map.Entry<CertificateClaim, TextMatch> wanted : claims.entrySet()) {
      String name = wanted.getKey().configKey();
      String found = facts.claims().get(wanted.getKey());
      if (found == null) {
        return Optional.of(
            new Problem(
                Reason.REPOSITORY_MISMATCH,
                "the certificate has no " + name + ", expected " + wanted.getValue()));
      }
      if (!wanted.getValue().accepts(found)) {
        return Optional.of(difference(Reason.REPOSITORY_MISMATCH, name, found, wanted.getValue()));
      }
    }
    return Optional.empty();
  }

  private static Problem difference(Reason reason, String what, String found, TextMatch wanted) {
    return new Problem(
        reason, "its " + what + " is " + Untrusted.quote(found) + ", expected " + wanted);
  }
}
