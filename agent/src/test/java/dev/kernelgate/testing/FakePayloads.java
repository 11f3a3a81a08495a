// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import static dev.kernelgate.testing.FakeCrypto.utf8;

import dev.kernelgate.kernel.Digest;
import java.io.ByteArrayOutputStream;

/** What signers sign, as cosign writes it. */
public final class FakePayloads {

  public static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

  private FakePayloads() {}

  /** cosign 3's statement, exactly as it writes it. */
  public static String cosignStatement(Digest subject) {
    return statement(subject, "https://sigstore.dev/cosign/sign/v1");
  }

  public static String statement(Digest subject, String predicateType) {
    return """
    {"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"%s"},"annotations":{}}],\
    "predicateType":"%s","predicate":{}}\
    """
        .formatted(subject.hex(), predicateType);
  }

  /** cosign 2's payload, exactly as it writes it. */
  public static String simpleSigning(Digest subject) {
    return """
    {"critical":{"identity":{"docker-reference":"registry.test/kernel"},\
    "image":{"docker-manifest-digest":"%s"},"type":"cosign container image signature"},"optional":null}\
    """
        .formatted(subject);
  }

  /** DSSE's encoding of what is signed. */
  public static byte[] preAuthenticationEncoding(byte[] payload) {
    ByteArrayOutputStream encoding = new ByteArrayOutputStream();
    encoding.writeBytes(
        utf8("DSSEv1 " + PAYLOAD_TYPE.length() + " " + PAYLOAD_TYPE + " " + payload.length + " "));
    encoding.writeBytes(payload);
    return encoding.toByteArray();
  }
}
