// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import static dev.kernelgate.testing.FakeCrypto.base64;
import static dev.kernelgate.testing.FakeCrypto.der;
import static dev.kernelgate.testing.FakeCrypto.sha256;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A whole Sigstore instance in the test's own process: certificate authority, CT log, a Rekor log
 * of each version, timestamp authority, and the trusted root that names them. Keys are new for
 * every instance, so a second one is a perfect forger.
 */
public final class FakeSigstore {

  private final FakeCtLog ctLog = new FakeCtLog();
  private final FakeFulcio fulcio = new FakeFulcio(ctLog);
  private final FakeLog rekorV1 = FakeLog.rekorV1("rekor.sigstore.test");
  private final FakeLog rekorV2 = FakeLog.rekorV2("log2026-1.rekor.sigstore.test");
  private final FakeTimestampAuthority timestampAuthority = new FakeTimestampAuthority();

  public FakeCtLog ctLog() {
    return ctLog;
  }

  public FakeFulcio fulcio() {
    return fulcio;
  }

  public FakeLog rekorV1() {
    return rekorV1;
  }

  public FakeLog rekorV2() {
    return rekorV2;
  }

  public FakeTimestampAuthority timestampAuthority() {
    return timestampAuthority;
  }

  /** The {@code trusted_root.json} of this instance. */
  public JsonTree trustedRoot() {
    return JsonTree.parse(
        """
        {"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
         "tlogs": [%s, %s],
         "certificateAuthorities": [%s],
         "ctlogs": [%s],
         "timestampAuthorities": [%s]}
        """
            .formatted(
                log(rekorV1.host(), "PKIX_ECDSA_P256_SHA_256", rekorV1.publicKey(), rekorV1.id()),
                log(rekorV2.host(), "PKIX_ED25519", rekorV2.publicKey(), rekorV2.id()),
                authority("https://fulcio.sigstore.test", fulcio.chain()),
                log(
                    "ctfe.sigstore.test",
                    "PKIX_ECDSA_P256_SHA_256",
                    ctLog.publicKey(),
                    sha256(ctLog.publicKey().getEncoded())),
                authority("https://tsa.sigstore.test", timestampAuthority.chain())));
  }

  private static String log(String host, String keyDetails, PublicKey key, byte[] id) {
    return """
    {"baseUrl": "https://%s", "hashAlgorithm": "SHA2_256", "logId": {"keyId": "%s"},
     "publicKey": {"rawBytes": "%s", "keyDetails": "%s", "validFor": {"start": "%s"}}}
    """
        .formatted(host, base64(id), base64(key.getEncoded()), keyDetails, FakeFulcio.EPOCH);
  }

  private static String authority(String url, List<X509Certificate> chain) {
    return """
    {"uri": "%s", "subject": {"organization": "sigstore.test", "commonName": "fake"},
     "certChain": {"certificates": [%s]}, "validFor": {"start": "%s"}}
    """
        .formatted(
            url,
            chain.stream()
                .map(certificate -> "{\"rawBytes\": \"" + base64(der(certificate)) + "\"}")
                .collect(Collectors.joining(", ")),
            FakeFulcio.EPOCH);
  }
}
