// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.verdict.Reason.UNTRUSTED_CERTIFICATE;

import dev.kernelgate.verdict.CertificateClaim;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Untrusted;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1UTF8String;

/**
 * The certificate that Fulcio gave a signer, and what it says about the signer (fulcio,
 * docs/certificate-specification.md and docs/oid-info.md). Its statements count only after {@link
 * CertificateTrust} has accepted it.
 */
record SigningCertificate(X509Certificate x509) {

  private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
  private static final String FULCIO = "1.3.6.1.4.1.57264.1.";
  private static final String ISSUER_V1 = FULCIO + "1";
  private static final String ISSUER_V2 = FULCIO + "8";

  /** From .8 on Fulcio wraps the text in a DER UTF8String; before, the value is the bare text. */
  private static final int FIRST_DER_EXTENSION = 8;

  /** GeneralName choices (RFC 5280, section 4.2.1.6) that Fulcio uses for people and workflows. */
  private static final List<Integer> EMAIL_OR_URI = List.of(1, 6);

  /** Reads exactly one certificate, with nothing behind it. */
  static SigningCertificate fromDer(byte[] der) throws ProblemException {
    SigningCertificate certificate = read(der);
    if (!Arrays.equals(certificate.der(), der)) {
      throw new ProblemException(UNTRUSTED_CERTIFICATE, "the certificate is not plain DER");
    }
    return certificate;
  }

  /** Reads the first certificate of a PEM text; cosign ignores what follows it too. */
  static SigningCertificate fromPem(byte[] pem) throws ProblemException {
    return read(pem);
  }

  private static SigningCertificate read(byte[] encoded) throws ProblemException {
    try {
      return new SigningCertificate(
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(encoded)));
    } catch (CertificateException | RuntimeException e) {
      // The factory does not promise to report malformed bytes as CertificateException only.
      throw new ProblemException(
          UNTRUSTED_CERTIFICATE,
          "the certificate cannot be read: " + Untrusted.quote(String.valueOf(e.getMessage())),
          e);
    }
  }

  /** The bytes that the certificate authority signed, and that log entries repeat. */
  byte[] der() throws ProblemException {
    try {
      return x509.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new ProblemException(UNTRUSTED_CERTIFICATE, "the certificate cannot be encoded", e);
    }
  }

  PublicKey key() {
    return x509.getPublicKey();
  }

  /** Fulcio's certificates are for signing code; the same authority may issue others. */
  void requireCodeSigning() throws ProblemException {
    try {
      List<String> uses = x509.getExtendedKeyUsage();
      if (uses == null || !uses.contains(CODE_SIGNING)) {
        throw new ProblemException(
            UNTRUSTED_CERTIFICATE, "the certificate is not for code signing");
      }
    } catch (CertificateParsingException e) {
      throw new ProblemException(
          UNTRUSTED_CERTIFICATE, "the certificate's extended key usage cannot be read", e);
    }
  }

  /**
   * Signatures count only while the certificate was valid: its private key is thrown away then.
   *
   * @param source whose time it is, for the message
   */
  void requireValidAt(Instant time, String source) throws ProblemException {
    Instant notBefore = x509.getNotBefore().toInstant();
    Instant notAfter = x509.getNotAfter().toInstant();
    if (time.isBefore(notBefore) || time.isAfter(notAfter)) {
      throw new ProblemException(
          UNTRUSTED_CERTIFICATE,
          source + " " + time + " is outside the certificate's " + notBefore + " to " + notAfter);
    }
  }

  /** The only subject alternative name, a URI or an e-mail address. */
  String identity() throws ProblemException {
    Collection<List<?>> names;
    try {
      names = x509.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      throw new ProblemException(
          UNTRUSTED_CERTIFICATE, "the certificate's subject alternative name cannot be read", e);
    }
    int count = names == null ? 0 : names.size();
    if (names == null || count != 1) {
      throw new ProblemException(
          UNTRUSTED_CERTIFICATE,
          "the certificate has " + count + " subject alternative names instead of one");
    }
    List<?> name = names.iterator().next();
    if (!(name.get(0) instanceof Integer type)
        || !EMAIL_OR_URI.contains(type)
        || !(name.get(1) instanceof String identity)
        || identity.isEmpty()) {
      throw new ProblemException(
          UNTRUSTED_CERTIFICATE,
          "the certificate's subject alternative name is neither a URI nor an e-mail address");
    }
    return identity;
  }

  /** The OIDC issuer; empty, which no policy accepts, when the certificate names none. */
  String issuer() throws ProblemException {
    Optional<String> issuer = extension(ISSUER_V2);
    return issuer.isPresent() ? issuer.get() : extension(ISSUER_V1).orElse("");
  }

  /** The claims that the certificate carries. */
  Map<CertificateClaim, String> claims() throws ProblemException {
    Map<CertificateClaim, String> claims = new EnumMap<>(CertificateClaim.class);
    for (CertificateClaim claim : CertificateClaim.values()) {
      extension(claim.oid()).ifPresent(value -> claims.put(claim, value));
    }
    return claims;
  }

  private Optional<String> extension(String oid) throws ProblemException {
    byte[] extension = x509.getExtensionValue(oid);
    if (extension == null) {
      return Optional.empty();
    }
    int number = Integer.parseInt(oid.substring(FULCIO.length()));
    try {
      byte[] value = ASN1OctetString.getInstance(extension).getOctets();
      return Optional.of(
          number < FIRST_DER_EXTENSION
              ? new String(value, StandardCharsets.UTF_8)
              : ASN1UTF8String.getInstance(value).getString());
    } catch (RuntimeException e) {
      // Bouncy Castle reports malformed DER by several unchecked exceptions.
      throw new ProblemException(
          UNTRUSTED_CERTIFICATE, "the certificate's extension " + oid + " cannot be read", e);
    }
  }
}
