// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.signature.Defect.SIGSTORE;
import static dev.kernelgate.testing.FakeCrypto.base64;
import static dev.kernelgate.testing.FakeCrypto.hex;
import static dev.kernelgate.testing.FakeCrypto.pem;
import static dev.kernelgate.testing.FakeCrypto.sha256;
import static dev.kernelgate.testing.FakeCrypto.utf8;
import static dev.kernelgate.verdict.Reason.INVALID_SIGNATURE;

import dev.kernelgate.testing.FakeCrypto;
import dev.kernelgate.testing.FakeLogEntry;
import dev.kernelgate.testing.FakeSigning;
import dev.kernelgate.testing.FakeSigning.Form;
import dev.kernelgate.testing.JsonTree;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Entries that a trusted log really holds, but that are not about the signature they came with. */
class LogEntryDefectsTest {

  /** Where an entry's body has what it is about. */
  private record Body(String algorithm, String digest, String signature, String certificate) {

    static Body of(Form form) {
      return switch (form) {
        case LEGACY, FILE_V1 ->
            new Body(
                "spec/data/hash/algorithm",
                "spec/data/hash/value",
                "spec/signature/content",
                "spec/signature/publicKey/content");
        case BUNDLE_V1 ->
            new Body(
                "spec/payloadHash/algorithm",
                "spec/payloadHash/value",
                "spec/signatures/0/signature",
                "spec/signatures/0/verifier");
        case BUNDLE_V2, FILE_V2 ->
            new Body(
                "spec/hashedRekordV002/data/algorithm",
                "spec/hashedRekordV002/data/digest",
                "spec/hashedRekordV002/signature/content",
                "spec/hashedRekordV002/signature/verifier/x509Certificate/rawBytes");
      };
    }
  }

  static Stream<Defect> entries() {
    return Stream.of(Form.values())
        .flatMap(
            form -> {
              Body at = Body.of(form);
              boolean isV2 = form == Form.BUNDLE_V2 || form == Form.FILE_V2;
              byte[] other = sha256(utf8("other data"));
              X509Certificate certificate = new FakeSigning(SIGSTORE, Form.BUNDLE_V1).issued();
              return Stream.of(
                  body(
                      form,
                      "for other data",
                      "digest of other data",
                      body -> body.set(at.digest(), isV2 ? base64(other) : hex(other))),
                  body(
                      form,
                      "for another signature",
                      "another signature by the same key",
                      body -> body.set(at.signature(), base64(utf8("another")))),
                  body(
                      form,
                      "for another certificate",
                      "another certificate",
                      body ->
                          body.set(
                              at.certificate(),
                              base64(isV2 ? FakeCrypto.der(certificate) : utf8(pem(certificate))))),
                  body(
                      form,
                      "hash algorithm",
                      "another hash algorithm",
                      body -> body.set(at.algorithm(), isV2 ? "SHA2_512" : "sha512")),
                  body(
                      form,
                      "are not supported",
                      "entry of an unknown kind",
                      body -> body.set("kind", "rekord")),
                  body(
                      form,
                      "are not supported",
                      "entry of an unknown version",
                      body -> body.set("apiVersion", "0.0.9")),
                  body(form, "spec is missing", "entry about nothing", body -> body.remove("spec")),
                  body(
                      form,
                      "bad base64 or hexadecimal",
                      "signature that is not base64",
                      body -> body.set(at.signature(), "?")));
            });
  }

  static Stream<Defect> kinds() {
    return Stream.of(
        entry(
            Form.LEGACY,
            "dsse:0.0.1 cannot record",
            "statement's kind of entry for a payload",
            signed -> FakeLogEntry.dsseV1(signed, signed.message())),
        entry(
            Form.BUNDLE_V1,
            "hashedrekord:0.0.1 cannot record",
            "file's kind of entry for a statement",
            FakeLogEntry::hashedRekordV1),
        entry(
            Form.FILE_V1,
            "dsse:0.0.1 cannot record",
            "statement's kind of entry for a file",
            signed -> FakeLogEntry.dsseV1(signed, signed.message())),
        body(
            Form.BUNDLE_V1,
            "2 signatures",
            "entry with two signatures",
            body -> body.repeat("spec/signatures/0")),
        body(
            Form.BUNDLE_V1,
            "not for a certificate",
            "entry for a bare key",
            body -> body.set("spec/signatures/0/verifier", base64(utf8("a public key")))),
        body(
            Form.BUNDLE_V2,
            "x509Certificate is missing",
            "entry for a bare key",
            body -> body.remove("spec/hashedRekordV002/signature/verifier/x509Certificate")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"entries", "kinds"})
  void refuses(Defect defect) {
    defect.check();
  }

  private static Defect body(Form form, String detail, String name, Consumer<JsonTree> change) {
    return Defect.of(form, INVALID_SIGNATURE, detail, name, signing -> signing.body(change));
  }

  private static Defect entry(
      Form form, String detail, String name, FakeSigning.FakeLogEntries entries) {
    return Defect.of(form, INVALID_SIGNATURE, detail, name, signing -> signing.entry(entries));
  }
}
