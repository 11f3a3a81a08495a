// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import static dev.kernelgate.testing.FakeCrypto.base64;
import static dev.kernelgate.testing.FakeCrypto.der;
import static dev.kernelgate.testing.FakeCrypto.hex;
import static dev.kernelgate.testing.FakeCrypto.pem;
import static dev.kernelgate.testing.FakeCrypto.sha256;
import static dev.kernelgate.testing.FakeCrypto.utf8;

import com.google.gson.JsonPrimitive;
import dev.kernelgate.testing.FakeSigning.Signed;
import java.util.stream.Collectors;

/** The JSON of log entries: their bodies as Rekor writes them, and their form in a bundle. */
public final class FakeLogEntry {

  private FakeLogEntry() {}

  public static String hashedRekordV1(Signed signed) {
    return """
    {"apiVersion":"0.0.1","kind":"hashedrekord","spec":{
      "data":{"hash":{"algorithm":"sha256","value":"%s"}},
      "signature":{"content":"%s","publicKey":{"content":"%s"}}}}
    """
        .formatted(
            hex(sha256(signed.message())),
            base64(signed.signature()),
            base64(utf8(pem(signed.certificate()))));
  }

  public static String dsseV1(Signed signed, byte[] payload) {
    return """
    {"apiVersion":"0.0.1","kind":"dsse","spec":{
      "envelopeHash":{"algorithm":"sha256","value":"%s"},
      "payloadHash":{"algorithm":"sha256","value":"%s"},
      "signatures":[{"signature":"%s","verifier":"%s"}]}}
    """
        .formatted(
            hex(sha256(utf8("envelope"))),
            hex(sha256(payload)),
            base64(signed.signature()),
            base64(utf8(pem(signed.certificate()))));
  }

  public static String hashedRekordV2(Signed signed) {
    return """
    {"apiVersion":"0.0.2","kind":"hashedrekord","spec":{"hashedRekordV002":{
      "data":{"algorithm":"SHA2_256","digest":"%s"},
      "signature":{"content":"%s","verifier":{
        "keyDetails":"PKIX_ECDSA_P256_SHA_256","x509Certificate":{"rawBytes":"%s"}}}}}}
    """
        .formatted(
            base64(sha256(signed.message())),
            base64(signed.signature()),
            base64(der(signed.certificate())));
  }

  static String json(FakeLog.Entry entry) {
    String version = entry.signedEntryTimestamp().isPresent() ? "0.0.1" : "0.0.2";
    return """
    {"logIndex": "%d", "logId": {"keyId": "%s"}, "integratedTime": "%d",
     "kindVersion": {"kind": "fake", "version": "%s"}, "canonicalizedBody": "%s",
     "inclusionPromise": {"signedEntryTimestamp": "%s"},
     "inclusionProof": {"logIndex": "%d", "treeSize": "%d", "rootHash": "%s", "hashes": [%s],
       "checkpoint": {"envelope": %s}}}
    """
        .formatted(
            entry.logIndex(),
            base64(entry.logId()),
            entry.integratedTime().getEpochSecond(),
            version,
            base64(entry.body()),
            base64(entry.signedEntryTimestamp().orElse(new byte[0])),
            entry.treeIndex(),
            entry.treeSize(),
            base64(entry.rootHash()),
            entry.hashes().stream()
                .map(hash -> "\"" + base64(hash) + "\"")
                .collect(Collectors.joining(", ")),
            new JsonPrimitive(entry.checkpoint()));
  }
}
