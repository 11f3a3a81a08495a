// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import static dev.kernelgate.testing.FakeCrypto.newKey;
import static dev.kernelgate.testing.FakeCrypto.utf8;

import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority like Fulcio: a root, an intermediate, and short-lived certificates for
 * code signing that carry a signed certificate timestamp.
 */
public final class FakeFulcio {

  static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant END = EPOCH.plus(Duration.ofDays(3650));
  private static final String ROOT = "CN=fake-root,O=sigstore.test";
  private static final String INTERMEDIATE = "CN=fake-intermediate,O=sigstore.test";
  private static final String FULCIO_EXTENSIONS = "1.3.6.1.4.1.57264.1.";
  private static final ASN1ObjectIdentifier SCT_LIST =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2");

  private final FakeCtLog ctLog;
  private final KeyPair intermediateKey;
  private final X509Certificate root;
  private final X509Certificate intermediate;
  private long serial = 1000;

  public FakeFulcio(FakeCtLog ctLog) {
    this.ctLog = ctLog;
    KeyPair rootKey = newKey("P-384");
    intermediateKey = newKey("P-384");
    root = authority(ROOT, ROOT, rootKey.getPublic(), rootKey.getPrivate());
    intermediate = authority(ROOT, INTERMEDIATE, intermediateKey.getPublic(), rootKey.getPrivate());
  }

  private FakeFulcio(FakeFulcio same, FakeCtLog ctLog) {
    this.ctLog = ctLog;
    intermediateKey = same.intermediateKey;
    root = same.root;
    intermediate = same.intermediate;
  }

  /** The same authority, sending its certificates to another CT log. */
  public FakeFulcio loggingTo(FakeCtLog other) {
    return new FakeFulcio(this, other);
  }

  /** The intermediate, then the root. */
  public List<X509Certificate> chain() {
    return List.of(intermediate, root);
  }

  /** Issues what was asked for. */
  public X509Certificate issue(FakeCertificateRequest request) {
    serial++;
    return switch (request.sct) {
      case ABSENT -> certificate(leaf(request, Optional.empty()));
      case VALID, TAMPERED -> {
        byte[] list = ctLog.timestampList(preCertificate(request), intermediate, request);
        yield certificate(leaf(request, Optional.of(list)));
      }
    };
  }

  /** The part that a CT log signs: everything but its own answer (RFC 6962, section 3.2). */
  private byte[] preCertificate(FakeCertificateRequest request) {
    try {
      return leaf(request, Optional.empty())
          .toASN1Structure()
          .getTBSCertificate()
          .getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private X509CertificateHolder leaf(FakeCertificateRequest request, Optional<byte[]> timestamps) {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Name(INTERMEDIATE),
            BigInteger.valueOf(serial),
            Date.from(request.notBefore),
            Date.from(request.notBefore.plus(request.validity)),
            // Fulcio's subjects are empty; without any name at all, no parser would take the
            // result.
            new X500Name(request.names.isEmpty() ? "CN=nobody" : ""),
            request.key);
    try {
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      if (!request.uses.isEmpty()) {
        builder.addExtension(
            Extension.extendedKeyUsage,
            false,
            new ExtendedKeyUsage(request.uses.toArray(KeyPurposeId[]::new)));
      }
      if (!request.names.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            true,
            new GeneralNames(request.names.toArray(GeneralName[]::new)));
      }
      addFulcioExtensions(builder, request);
      if (timestamps.isPresent()) {
        builder.addExtension(SCT_LIST, false, new DEROctetString(timestamps.get()));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return sign(builder, intermediateKey.getPrivate());
  }

  private static void addFulcioExtensions(
      X509v3CertificateBuilder builder, FakeCertificateRequest request) throws IOException {
    for (Map.Entry<Integer, String> extension : request.extensions.entrySet()) {
      ASN1ObjectIdentifier oid = new ASN1ObjectIdentifier(FULCIO_EXTENSIONS + extension.getKey());
      if (extension.getKey() < 8 || request.bare.contains(extension.getKey())) {
        builder.addExtension(oid, false, utf8(extension.getValue()));
      } else {
        builder.addExtension(oid, false, new DERUTF8String(extension.getValue()));
      }
    }
  }

  private static X509Certificate authority(
      String issuer, String subject, PublicKey key, PrivateKey issuerKey) {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Name(issuer),
            BigInteger.valueOf(subject.length()),
            Date.from(EPOCH),
            Date.from(END),
            new X500Name(subject),
            key);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return certificate(sign(builder, issuerKey));
  }

  static X509CertificateHolder sign(X509v3CertificateBuilder builder, PrivateKey key) {
    try {
      return builder.build(new JcaContentSignerBuilder("SHA384withECDSA").build(key));
    } catch (OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }

  static X509Certificate certificate(X509CertificateHolder holder) {
    try {
      return new JcaX509CertificateConverter().getCertificate(holder);
    } catch (CertificateException e) {
      throw new AssertionError(e);
    }
  }
}
