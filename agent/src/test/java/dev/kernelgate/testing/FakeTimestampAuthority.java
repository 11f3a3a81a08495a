// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import static dev.kernelgate.testing.FakeCrypto.newKey;
import static dev.kernelgate.testing.FakeCrypto.sha256;
import static dev.kernelgate.testing.FakeFulcio.EPOCH;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponseGenerator;
import org.bouncycastle.tsp.TimeStampTokenGenerator;

/** A timestamp authority (RFC 3161) with a root and one signing certificate. */
public final class FakeTimestampAuthority {

  private static final ASN1ObjectIdentifier POLICY =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.57264.2");
  private static final Instant END = EPOCH.plus(Duration.ofDays(3650));
  private static final String ROOT = "CN=fake-tsa-root,O=sigstore.test";

  private final KeyPair key = newKey("P-256");
  private final X509Certificate root;
  private final X509Certificate certificate;

  public FakeTimestampAuthority() {
    KeyPair rootKey = newKey("P-384");
    try {
      JcaX509v3CertificateBuilder authority =
          new JcaX509v3CertificateBuilder(
              new X500Name(ROOT),
              BigInteger.ONE,
              Date.from(EPOCH),
              Date.from(END),
              new X500Name(ROOT),
              rootKey.getPublic());
      authority.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      authority.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      root = FakeFulcio.certificate(FakeFulcio.sign(authority, rootKey.getPrivate()));
      JcaX509v3CertificateBuilder signer =
          new JcaX509v3CertificateBuilder(
              new X500Name(ROOT),
              BigInteger.TWO,
              Date.from(EPOCH),
              Date.from(END),
              new X500Name("CN=fake-tsa,O=sigstore.test"),
              key.getPublic());
      signer.addExtension(
          Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping));
      signer.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      certificate = FakeFulcio.certificate(FakeFulcio.sign(signer, rootKey.getPrivate()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The signing certificate, then the root. */
  public List<X509Certificate> chain() {
    return List.of(certificate, root);
  }

  /** A TimeStampResp that says that the authority saw these bytes at this time. */
  public byte[] timestamp(byte[] seen, Instant time) {
    try {
      TimeStampTokenGenerator tokens =
          new TimeStampTokenGenerator(
              new JcaSimpleSignerInfoGeneratorBuilder()
                  .build("SHA256withECDSA", key.getPrivate(), certificate),
              new JcaDigestCalculatorProviderBuilder()
                  .build()
                  .get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256)),
              POLICY);
      tokens.addCertificates(new JcaCertStore(List.of(certificate)));
      return new TimeStampResponseGenerator(tokens, TSPAlgorithms.ALLOWED)
          .generate(
              new TimeStampRequestGenerator()
                  .generate(TSPAlgorithms.SHA256, sha256(seen), BigInteger.ONE),
              BigInteger.TEN,
              Date.from(time))
          .getEncoded();
    } catch (GeneralSecurityException | OperatorException | TSPException | IOException e) {
      throw new AssertionError(e);
    }
  }
}
