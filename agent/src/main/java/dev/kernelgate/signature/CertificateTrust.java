// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.verdict.Reason.INTERNAL_ERROR;
import static dev.kernelgate.verdict.Reason.UNTRUSTED_CERTIFICATE;

import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Untrusted;
import dev.sigstore.encryption.certificates.Certificates;
import dev.sigstore.fulcio.client.FulcioVerificationException;
import dev.sigstore.fulcio.client.FulcioVerifier;
import dev.sigstore.trustroot.SigstoreTrustedRoot;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;

/**
 * Decides whether a trust root's certificate authorities and CT logs stand behind a certificate.
 */
final class CertificateTrust {

  private final FulcioVerifier verifier;

  CertificateTrust(SigstoreTrustedRoot root) throws GeneralSecurityException {
    verifier = FulcioVerifier.newFulcioVerifier(root);
  }

  /**
   * Accepts a certificate for code signing whose chain ends in an authority that was valid when it
   * was issued, and that carries a signed certificate timestamp (RFC 6962) of a log that was valid
   * then.
   *
   * @throws ProblemException {@code UntrustedCertificate}
   */
  void require(SigningCertificate certificate) throws ProblemException {
    certificate.requireCodeSigning();
    if (Certificates.getEmbeddedSCTs(certificate.x509()).isEmpty()) {
      throw new ProblemException(
          UNTRUSTED_CERTIFICATE, "the certificate has no signed certificate timestamp");
    }
    try {
      // The leaf alone: intermediates come from the trust root, never from whoever attached the
      // signature, so a shipped chain cannot make an ordinary certificate an authority.
      verifier.verifySigningCertificate(Certificates.toCertPath(certificate.x509()));
    } catch (FulcioVerificationException e) {
      throw new ProblemException(
          UNTRUSTED_CERTIFICATE,
          "the trust root does not vouch for the certificate: "
              + Untrusted.quote(String.valueOf(e.getMessage())),
          e);
    } catch (CertificateException | IOException e) {
      throw new ProblemException(INTERNAL_ERROR, "the certificate's chain cannot be built", e);
    }
  }
}
