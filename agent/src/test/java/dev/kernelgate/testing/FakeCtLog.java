// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import static dev.kernelgate.testing.FakeCrypto.newKey;
import static dev.kernelgate.testing.FakeCrypto.sha256;
import static dev.kernelgate.testing.FakeCrypto.sign;

import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;

/** A certificate transparency log that signs timestamps for pre-certificates (RFC 6962). */
public final class FakeCtLog {

  private static final byte V1 = 0;
  private static final byte CERTIFICATE_TIMESTAMP = 0;
  private static final short PRECERT_ENTRY = 1;
  private static final byte SHA_256 = 4;
  private static final byte ECDSA = 3;

  private final KeyPair key = newKey("P-256");

  public PublicKey publicKey() {
    return key.getPublic();
  }

  /** RFC 6962, section 3.2 and 3.3: one timestamp, as a SignedCertificateTimestampList. */
  byte[] timestampList(
      byte[] preCertificate, X509Certificate issuer, FakeCertificateRequest request) {
    long time = request.notBefore.toEpochMilli();
    ByteBuffer signed =
        ByteBuffer.allocate(49 + preCertificate.length)
            .put(V1)
            .put(CERTIFICATE_TIMESTAMP)
            .putLong(time)
            .putShort(PRECERT_ENTRY)
            .put(sha256(issuer.getPublicKey().getEncoded()))
            .put((byte) (preCertificate.length >> 16))
            .putShort((short) preCertificate.length)
            .put(preCertificate)
            .putShort((short) 0);
    if (request.sct == FakeCertificateRequest.Sct.TAMPERED) {
      signed.putLong(2, time + 1);
    }
    byte[] signature = sign(key.getPrivate(), signed.array());
    int length = 47 + signature.length;
    return ByteBuffer.allocate(4 + length)
        .putShort((short) (2 + length))
        .putShort((short) length)
        .put(V1)
        .put(sha256(key.getPublic().getEncoded()))
        .putLong(time)
        .putShort((short) 0)
        .put(SHA_256)
        .put(ECDSA)
        .putShort((short) signature.length)
        .put(signature)
        .array();
  }
}
