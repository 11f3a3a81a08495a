// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.testing.FakePayloads.cosignStatement;
import static dev.kernelgate.testing.FakePayloads.simpleSigning;
import static dev.kernelgate.testing.FakeSigning.SUBJECT;
import static dev.kernelgate.verdict.Reason.INVALID_SIGNATURE;
import static dev.kernelgate.verdict.Reason.SIGNATURE_FOR_OTHER_DIGEST;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.testing.FakeCrypto;
import dev.kernelgate.testing.FakeSigning;
import dev.kernelgate.testing.FakeSigning.Form;
import dev.kernelgate.testing.JsonTree;
import dev.kernelgate.verdict.Reason;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Signatures and statements of which one thing is wrong. */
class ContentDefectsTest {

  private static final Digest OTHER = Digest.of(FakeCrypto.utf8("another image"));
  private static final String CERTIFICATE = "verificationMaterial/certificate";

  static Stream<Defect> signatures() {
    return Stream.of(Form.values())
        .flatMap(
            form ->
                Stream.of(
                    signing(
                        form,
                        "not by the certificate's key",
                        "by another key",
                        signing -> signing.signer(FakeCrypto.newKey("P-256"))),
                    signing(
                        form,
                        "not by the certificate's key",
                        "over other bytes",
                        signing -> signing.signedMessage(ContentDefectsTest::altered)),
                    signing(
                        form,
                        "cannot be verified",
                        "by a key of another kind",
                        signing -> signing.signer(FakeCrypto.newKey("Ed25519")))));
  }

  static Stream<Defect> statements() {
    return Stream.of(Form.BUNDLE_V1, Form.BUNDLE_V2)
        .flatMap(
            form ->
                Stream.of(
                    otherDigest(form, "about another digest", cosignStatement(OTHER)),
                    otherDigest(
                        form,
                        "digest under another algorithm",
                        cosignStatement(SUBJECT).replace("\"sha256\"", "\"sha512\"")),
                    otherDigest(
                        form,
                        "digest in capitals",
                        cosignStatement(SUBJECT)
                            .replace(SUBJECT.hex(), SUBJECT.hex().toUpperCase(Locale.ROOT))),
                    otherDigest(
                        form,
                        "about nothing",
                        cosignStatement(SUBJECT).replaceAll("\\[.*\\]", "[]")),
                    statement(
                        form,
                        "statements of type",
                        "of an unknown type",
                        cosignStatement(SUBJECT).replace("Statement/v1", "Statement/v9")),
                    statement(
                        form,
                        "_type is missing",
                        "of no type",
                        cosignStatement(SUBJECT).replace("_type", "type")),
                    statement(
                        form,
                        "predicateType is missing",
                        "without a predicate type",
                        cosignStatement(SUBJECT).replace("predicateType", "predicateKind")),
                    statement(form, "malformed", "that is no JSON", "signed, sealed, delivered"),
                    statement(
                        form,
                        "malformed",
                        "with a member twice",
                        cosignStatement(SUBJECT)
                            .replace("\"predicate\"", "\"subject\":[],\"predicate\"")),
                    statement(
                        form,
                        "malformed",
                        "nested deeply",
                        cosignStatement(SUBJECT)
                            .replace("{}}", "[".repeat(20_000) + "]".repeat(20_000) + "}"))));
  }

  static Stream<Defect> payloads() {
    return Stream.of(
        otherDigest(Form.LEGACY, "about another digest", simpleSigning(OTHER)),
        statement(
            Form.LEGACY,
            "payloads of type",
            "of another type",
            simpleSigning(SUBJECT).replace("cosign container", "atomic container")),
        statement(
            Form.LEGACY,
            "is not a sha256",
            "about a digest of another kind",
            simpleSigning(SUBJECT).replace("sha256:", "sha512:")),
        statement(
            Form.LEGACY,
            "critical.image is missing",
            "about no image",
            simpleSigning(SUBJECT).replace("\"image\"", "\"picture\"")),
        statement(Form.LEGACY, "malformed", "that is no JSON", "\u001f\u008b compressed"));
  }

  static Stream<Defect> envelopes() {
    return Stream.of(Form.BUNDLE_V1, Form.BUNDLE_V2)
        .flatMap(
            form ->
                Stream.of(
                    result(
                        form,
                        "payloads of type",
                        "payload type is not in-toto's",
                        bundle -> bundle.set("dsseEnvelope/payloadType", "text/plain")),
                    result(
                        form,
                        "2 signatures",
                        "two signatures",
                        bundle -> bundle.repeat("dsseEnvelope/signatures/0")),
                    result(
                        form,
                        "0 signatures",
                        "no signature",
                        bundle -> bundle.set("dsseEnvelope/signatures", List.of())),
                    result(
                        form,
                        "has no signature",
                        "nothing signed",
                        bundle -> bundle.remove("dsseEnvelope")),
                    result(
                        form,
                        "media type",
                        "version that is not known",
                        bundle ->
                            bundle.set(
                                "mediaType", "application/vnd.dev.sigstore.bundle.v0.9+json")),
                    result(
                        form,
                        "managed keys",
                        "managed key",
                        bundle ->
                            bundle
                                .remove(CERTIFICATE)
                                .set("verificationMaterial/publicKey", Map.of("hint", "key 1"))),
                    result(
                        form,
                        "has no certificate",
                        "no certificate",
                        bundle -> bundle.remove(CERTIFICATE)),
                    result(
                        form,
                        "must not carry a certificate chain",
                        "chain where only a leaf may be",
                        bundle ->
                            bundle
                                .set(
                                    "verificationMaterial/x509CertificateChain",
                                    Map.of("certificates", List.of(bundle.get(CERTIFICATE))))
                                .remove(CERTIFICATE)),
                    result(
                        form,
                        "has no certificate",
                        "empty chain in an older bundle",
                        bundle ->
                            bundle
                                .set(
                                    "mediaType",
                                    "application/vnd.dev.sigstore.bundle+json;version=0.2")
                                .set("verificationMaterial/x509CertificateChain", Map.of())
                                .remove(CERTIFICATE))));
  }

  static Stream<Defect> files() {
    return Stream.of(Form.FILE_V1, Form.FILE_V2)
        .flatMap(
            form ->
                Stream.of(
                    new Defect(
                        form,
                        SIGNATURE_FOR_OTHER_DIGEST,
                        "another digest",
                        "stated for another file",
                        signing ->
                            signing.result(
                                bundle ->
                                    bundle.set(
                                        "messageSignature/messageDigest/digest",
                                        FakeCrypto.base64(OTHER.bytes()))),
                        _ -> {}),
                    result(
                        form,
                        "only signatures over a sha256",
                        "digest of another kind",
                        bundle ->
                            bundle.set("messageSignature/messageDigest/algorithm", "SHA2_512"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"signatures", "statements", "payloads", "envelopes", "files"})
  void refuses(Defect defect) {
    defect.check();
  }

  /** A bare signature says nothing; policy could not tell a signature from an attestation. */
  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = Form.class,
      names = {"FILE_V1", "FILE_V2"})
  void refusesSignaturesOverABareDigestForImages(Form form) {
    Defect.of(form, INVALID_SIGNATURE, "a bare digest", "bare", _ -> {})
        .check(new FakeSigning(Defect.SIGSTORE, form).bundle());
  }

  private static byte[] altered(byte[] message) {
    message[message.length - 1] ^= 1;
    return message;
  }

  private static Defect otherDigest(Form form, String name, String payload) {
    return payload(form, SIGNATURE_FOR_OTHER_DIGEST, "the signer spoke about", name, payload);
  }

  private static Defect statement(Form form, String detail, String name, String payload) {
    return payload(form, INVALID_SIGNATURE, detail, name, payload);
  }

  private static Defect payload(
      Form form, Reason expected, String detail, String name, String payload) {
    return Defect.of(form, expected, detail, name, signing -> signing.payload(payload));
  }

  private static Defect result(Form form, String detail, String name, Consumer<JsonTree> change) {
    return signing(form, detail, name, signing -> signing.result(change));
  }

  private static Defect signing(
      Form form, String detail, String name, Consumer<FakeSigning> change) {
    return Defect.of(form, INVALID_SIGNATURE, detail, name, change);
  }
}
