// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.signature.Defect.SIGSTORE;
import static dev.kernelgate.testing.FakeCrypto.utf8;
import static dev.kernelgate.testing.FakeSigning.SUBJECT;
import static dev.kernelgate.verdict.Reason.INVALID_SIGNATURE;
import static dev.kernelgate.verdict.Reason.LIMIT_EXCEEDED;
import static dev.kernelgate.verdict.Reason.NOT_IN_TRANSPARENCY_LOG;
import static dev.kernelgate.verdict.Reason.UNTRUSTED_CERTIFICATE;

import dev.kernelgate.oci.Limits;
import dev.kernelgate.oci.SignatureCandidate;
import dev.kernelgate.testing.FakeCrypto;
import dev.kernelgate.testing.FakeSigning;
import dev.kernelgate.testing.FakeSigning.Form;
import dev.kernelgate.verdict.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What no signing ever makes. */
class HostileInputTest {

  private static final SignatureCandidate.Legacy LEGACY =
      new FakeSigning(SIGSTORE, Form.LEGACY).legacy();

  record Case(String name, Reason expected, String detail, SignatureCandidate candidate) {

    @Override
    public String toString() {
      return expected + ": " + name;
    }
  }

  static Stream<Case> bundles() {
    String sound =
        new String(
            new FakeSigning(SIGSTORE, Form.BUNDLE_V1).bundle().json(), StandardCharsets.UTF_8);
    return Stream.of(
        bundle("nothing", INVALID_SIGNATURE, "malformed", new byte[0]),
        bundle("a list", INVALID_SIGNATURE, "malformed", utf8("[]")),
        bundle("an empty object", INVALID_SIGNATURE, "media type", utf8("{}")),
        bundle("text behind it", INVALID_SIGNATURE, "malformed", utf8(sound + "{}")),
        bundle("cut short", INVALID_SIGNATURE, "malformed", utf8(sound.substring(0, 900))),
        bundle(
            "a comment", INVALID_SIGNATURE, "malformed", utf8(sound.replaceFirst(",", ",/* */"))),
        bundle(
            "a member twice",
            INVALID_SIGNATURE,
            "malformed",
            utf8(sound.replaceFirst("\\{", "{\"mediaType\":\"x\","))),
        bundle(
            "a member twice, in both of protobuf's spellings",
            INVALID_SIGNATURE,
            "malformed",
            utf8(sound.replaceFirst("\\{", "{\"media_type\":\"x\","))),
        bundle(
            "nested deeply",
            INVALID_SIGNATURE,
            "malformed",
            utf8("{\"a\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}")),
        bundle("compressed", INVALID_SIGNATURE, "malformed", new byte[] {0x1f, (byte) 0x8b, 8, 0}),
        bundle(
            "other types than expected",
            INVALID_SIGNATURE,
            "malformed",
            utf8(sound.replaceFirst("\"tlogEntries\":\\[", "\"tlogEntries\":[7,"))),
        bundle(
            "time beyond all time",
            INVALID_SIGNATURE,
            "log entry is malformed",
            utf8(
                sound.replaceFirst(
                    "\"integratedTime\":\"\\d+\"", "\"integratedTime\":\"9223372036854775807\""))),
        bundle("too large", LIMIT_EXCEEDED, "more than", new byte[Limits.BUNDLE_BYTES + 1]));
  }

  static Stream<Case> certificates() {
    byte[] der = FakeCrypto.der(new FakeSigning(SIGSTORE, Form.BUNDLE_V1).issued());
    byte[] longer = Arrays.copyOf(der, der.length + 1);
    return Stream.of(
        certificate("junk for a certificate", "cannot be read", utf8("junk")),
        certificate("no bytes for a certificate", "cannot be read", new byte[0]),
        certificate("bytes behind the certificate", "not plain DER", longer));
  }

  /** Bouncy Castle reads timestamps; a million nested sequences must not exhaust the stack. */
  static Stream<Case> timestamps() {
    return Stream.of(
        timestamp("definite lengths", nested(new byte[] {0x30, (byte) 0x84, 0, 0, 0, 0})),
        timestamp("indefinite lengths", nested(new byte[] {0x30, (byte) 0x80})));
  }

  static Stream<Case> legacy() {
    Optional<String> none = Optional.empty();
    Optional<String> junk = Optional.of("?");
    Optional<String> huge = Optional.of("A".repeat(70_000));
    return Stream.of(
        annotations(
            "no signature",
            INVALID_SIGNATURE,
            "with the signature",
            none,
            LEGACY.certificate(),
            LEGACY.logBundle()),
        annotations(
            "no certificate",
            INVALID_SIGNATURE,
            "with the certificate",
            LEGACY.signature(),
            none,
            LEGACY.logBundle()),
        annotations(
            "no log bundle",
            NOT_IN_TRANSPARENCY_LOG,
            "log's bundle",
            LEGACY.signature(),
            LEGACY.certificate(),
            none),
        annotations(
            "junk signature",
            INVALID_SIGNATURE,
            "not base64",
            junk,
            LEGACY.certificate(),
            LEGACY.logBundle()),
        annotations(
            "junk certificate",
            UNTRUSTED_CERTIFICATE,
            "cannot be read",
            LEGACY.signature(),
            junk,
            LEGACY.logBundle()),
        annotations(
            "junk log bundle",
            INVALID_SIGNATURE,
            "malformed",
            LEGACY.signature(),
            LEGACY.certificate(),
            junk),
        annotations(
            "huge signature",
            LIMIT_EXCEEDED,
            "more than",
            huge,
            LEGACY.certificate(),
            LEGACY.logBundle()),
        annotations(
            "huge certificate",
            LIMIT_EXCEEDED,
            "more than",
            LEGACY.signature(),
            huge,
            LEGACY.logBundle()),
        annotations(
            "huge log bundle",
            LIMIT_EXCEEDED,
            "more than",
            LEGACY.signature(),
            LEGACY.certificate(),
            huge),
        logBundle("no entry", "Payload is missing", json -> json.replace("Payload", "Load")),
        logBundle(
            "no time", "integratedTime is missing", json -> json.replace("integratedTime", "time")),
        logBundle(
            "a time that is text",
            "integratedTime is not",
            json -> json.replaceAll("(Time\":)(\\d+)", "$1\"$2\"")),
        logBundle(
            "time beyond all time",
            "malformed",
            json -> json.replaceAll("(Time\":)\\d+", "$1" + Long.MAX_VALUE)),
        logBundle(
            "a log id that is not hexadecimal",
            "malformed",
            json -> json.replace("\"logID\":\"", "\"logID\":\"zz")),
        new Case(
            "huge payload",
            LIMIT_EXCEEDED,
            "the payload has more than",
            new SignatureCandidate.Legacy(
                SUBJECT,
                "layer 0",
                new byte[Limits.PAYLOAD_BYTES + 1],
                LEGACY.signature(),
                LEGACY.certificate(),
                LEGACY.logBundle())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"bundles", "certificates", "timestamps", "legacy"})
  void refuses(Case c) {
    Defect.of(Form.BUNDLE_V1, c.expected(), c.detail(), c.name(), _ -> {}).check(c.candidate());
  }

  private static byte[] nested(byte[] level) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < 300_000; i++) {
      bytes.writeBytes(level);
    }
    return bytes.toByteArray();
  }

  private static Case timestamp(String name, byte[] timestamp) {
    return new Case(
        "timestamp nested deeply by " + name,
        NOT_IN_TRANSPARENCY_LOG,
        "timestamp",
        new FakeSigning(SIGSTORE, Form.BUNDLE_V2)
            .result(
                bundle ->
                    bundle.set(
                        "verificationMaterial/timestampVerificationData/rfc3161Timestamps",
                        List.of(Map.of("signedTimestamp", FakeCrypto.base64(timestamp)))))
            .bundle());
  }

  private static Case certificate(String name, String detail, byte[] certificate) {
    return new Case(
        name,
        UNTRUSTED_CERTIFICATE,
        detail,
        new FakeSigning(SIGSTORE, Form.BUNDLE_V1)
            .result(
                bundle ->
                    bundle.set(
                        "verificationMaterial/certificate/rawBytes",
                        FakeCrypto.base64(certificate)))
            .bundle());
  }

  private static Case bundle(String name, Reason expected, String detail, byte[] json) {
    return new Case(
        "bundle, " + name,
        expected,
        detail,
        new SignatureCandidate.Bundle(SUBJECT, "referrer", json));
  }

  private static Case logBundle(String name, String detail, UnaryOperator<String> change) {
    return annotations(
        "log bundle with " + name,
        INVALID_SIGNATURE,
        detail,
        LEGACY.signature(),
        LEGACY.certificate(),
        LEGACY.logBundle().map(change));
  }

  private static Case annotations(
      String name,
      Reason expected,
      String detail,
      Optional<String> signature,
      Optional<String> certificate,
      Optional<String> logBundle) {
    return new Case(
        name,
        expected,
        detail,
        new SignatureCandidate.Legacy(
            SUBJECT, "layer 0", LEGACY.payload(), signature, certificate, logBundle));
  }
}
