// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import static dev.kernelgate.testing.FakeCrypto.base64;
import static dev.kernelgate.testing.FakeCrypto.der;
import static dev.kernelgate.testing.FakeCrypto.hex;
import static dev.kernelgate.testing.FakeCrypto.newKey;
import static dev.kernelgate.testing.FakeCrypto.pem;
import static dev.kernelgate.testing.FakeCrypto.sha256;
import static dev.kernelgate.testing.FakeCrypto.sign;
import static dev.kernelgate.testing.FakeCrypto.utf8;

import com.google.gson.JsonPrimitive;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.SignatureCandidate;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * One act of signing with a {@link FakeSigstore}, valid unless a test changes a step. Every later
 * step uses what the changed one gave, so that exactly one thing is wrong with the result.
 */
public final class FakeSigning {

  /** How the signature is stored and logged. */
  public enum Form {
    /** cosign 1 and 2: annotations, Rekor v1. */
    LEGACY,
    /** A bundle with a Rekor v1 entry. */
    BUNDLE_V1,
    /** A bundle with a Rekor v2 entry and a timestamp. */
    BUNDLE_V2,
    /** A bundle over a file, Rekor v1. */
    FILE_V1,
    /** A bundle over a file, Rekor v2 and a timestamp. */
    FILE_V2
  }

  /** When the certificate is issued; log and timestamp authority follow within seconds. */
  public static final Instant TIME = Instant.parse("2026-06-01T12:00:00Z");

  public static final Instant LOGGED = TIME.plusSeconds(5);
  public static final Instant TIMESTAMPED = TIME.plusSeconds(6);

  /** What is signed: the digest of an image's manifest, or of a file. */
  public static final byte[] FILE = utf8("an image, or a file");

  public static final Digest SUBJECT = Digest.of(FILE);

  /** What the steps gave so far, for entries that tests write themselves. */
  public record Signed(X509Certificate certificate, byte[] message, byte[] signature) {}

  private final Form form;
  private final KeyPair certified;
  private FakeFulcio fulcio;
  private FakeLog log;
  private FakeTimestampAuthority timestampAuthority;
  private Consumer<FakeCertificateRequest> certificate = _ -> {};
  private KeyPair signer;
  private String payload;
  private UnaryOperator<byte[]> signedMessage = UnaryOperator.identity();
  private Instant loggedAt = LOGGED;
  private Consumer<JsonTree> body = _ -> {};
  private Optional<FakeLogEntries> otherEntry = Optional.empty();
  private List<Instant> timestamps;
  private UnaryOperator<byte[]> timestamped = UnaryOperator.identity();
  private Consumer<JsonTree> result = _ -> {};

  /** Writes the body of an entry. */
  @FunctionalInterface
  public interface FakeLogEntries {
    String body(Signed signed);
  }

  public FakeSigning(FakeSigstore sigstore, Form form) {
    this(sigstore, form, "P-256");
  }

  public FakeSigning(FakeSigstore sigstore, Form form, String keyKind) {
    this.form = form;
    certified = newKey(keyKind);
    signer = certified;
    fulcio = sigstore.fulcio();
    boolean isV2 = form == Form.BUNDLE_V2 || form == Form.FILE_V2;
    log = isV2 ? sigstore.rekorV2() : sigstore.rekorV1();
    timestampAuthority = sigstore.timestampAuthority();
    timestamps = isV2 ? List.of(TIMESTAMPED) : List.of();
    payload =
        form == Form.LEGACY
            ? FakePayloads.simpleSigning(SUBJECT)
            : FakePayloads.cosignStatement(SUBJECT);
  }

  /** Has another authority issue the certificate. */
  public FakeSigning fulcio(FakeFulcio other) {
    fulcio = other;
    return this;
  }

  /** Asks for another certificate. */
  public FakeSigning certificate(Consumer<FakeCertificateRequest> change) {
    certificate = change;
    return this;
  }

  /** Signs with a key that the certificate does not name. */
  public FakeSigning signer(KeyPair other) {
    signer = other;
    return this;
  }

  /** Signs another payload. */
  public FakeSigning payload(String other) {
    payload = other;
    return this;
  }

  /** Signs something else than what the payload is. */
  public FakeSigning signedMessage(UnaryOperator<byte[]> change) {
    signedMessage = change;
    return this;
  }

  /** Uses another log. */
  public FakeSigning log(FakeLog other) {
    log = other;
    return this;
  }

  public FakeSigning loggedAt(Instant time) {
    loggedAt = time;
    return this;
  }

  /** Changes the entry's body before the log takes it in. */
  public FakeSigning body(Consumer<JsonTree> change) {
    body = change;
    return this;
  }

  /** Logs an entry of a kind of the test's own. */
  public FakeSigning entry(FakeLogEntries other) {
    otherEntry = Optional.of(other);
    return this;
  }

  /** Has the signature timestamped at these times. */
  public FakeSigning timestampedAt(Instant... times) {
    timestamps = List.of(times);
    return this;
  }

  /** Has other bytes than the signature timestamped. */
  public FakeSigning timestamped(UnaryOperator<byte[]> change) {
    timestamped = change;
    return this;
  }

  public FakeSigning timestampAuthority(FakeTimestampAuthority other) {
    timestampAuthority = other;
    return this;
  }

  /** Changes the finished bundle, or the legacy log bundle; nothing is signed again. */
  public FakeSigning result(Consumer<JsonTree> change) {
    result = change;
    return this;
  }

  /** A certificate as this signing asks for it. */
  public X509Certificate issued() {
    return signed().certificate();
  }

  public SignatureCandidate candidate() {
    return form == Form.LEGACY ? legacy() : bundle();
  }

  public SignatureCandidate.Bundle bundle() {
    Signed signed = signed();
    String content =
        isFile()
            ? """
            "messageSignature": {"signature": "%s",
              "messageDigest": {"algorithm": "SHA2_256", "digest": "%s"}}
            """
                .formatted(base64(signed.signature()), base64(sha256(FILE)))
            : """
            "dsseEnvelope": {"payload": "%s", "payloadType": "%s", "signatures": [{"sig": "%s"}]}
            """
                .formatted(
                    base64(utf8(payload)), FakePayloads.PAYLOAD_TYPE, base64(signed.signature()));
    JsonTree bundle =
        JsonTree.parse(
            """
            {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
             "verificationMaterial": {"certificate": {"rawBytes": "%s"},
               "tlogEntries": [%s],
               "timestampVerificationData": {"rfc3161Timestamps": [%s]}}, %s}
            """
                .formatted(
                    base64(der(signed.certificate())),
                    FakeLogEntry.json(logged(signed)),
                    timestamps.stream()
                        .map(time -> timestamp(signed, time))
                        .collect(Collectors.joining(", ")),
                    content));
    result.accept(bundle);
    return new SignatureCandidate.Bundle(SUBJECT, "referrer", bundle.bytes());
  }

  public SignatureCandidate.Legacy legacy() {
    Signed signed = signed();
    FakeLog.Entry entry = logged(signed);
    JsonTree logBundle =
        JsonTree.parse(
            """
            {"SignedEntryTimestamp": "%s",
             "Payload": {"body": "%s", "integratedTime": %d, "logIndex": %d, "logID": "%s"}}
            """
                .formatted(
                    base64(entry.signedEntryTimestamp().orElse(new byte[0])),
                    base64(entry.body()),
                    entry.integratedTime().getEpochSecond(),
                    entry.logIndex(),
                    hex(entry.logId())));
    result.accept(logBundle);
    return new SignatureCandidate.Legacy(
        SUBJECT,
        "layer 0",
        utf8(payload),
        Optional.of(base64(signed.signature())),
        Optional.of(pem(signed.certificate())),
        Optional.of(logBundle.toString()));
  }

  private boolean isFile() {
    return form == Form.FILE_V1 || form == Form.FILE_V2;
  }

  private Signed signed() {
    FakeCertificateRequest request = new FakeCertificateRequest(certified.getPublic(), TIME);
    certificate.accept(request);
    byte[] message =
        switch (form) {
          case LEGACY -> utf8(payload);
          case BUNDLE_V1, BUNDLE_V2 -> FakePayloads.preAuthenticationEncoding(utf8(payload));
          case FILE_V1, FILE_V2 -> FILE;
        };
    return new Signed(
        fulcio.issue(request),
        message,
        sign(signer.getPrivate(), signedMessage.apply(message.clone())));
  }

  private FakeLog.Entry logged(Signed signed) {
    String usual =
        switch (form) {
          case LEGACY, FILE_V1 -> FakeLogEntry.hashedRekordV1(signed);
          case BUNDLE_V1 -> FakeLogEntry.dsseV1(signed, utf8(payload));
          case BUNDLE_V2, FILE_V2 -> FakeLogEntry.hashedRekordV2(signed);
        };
    JsonTree json = JsonTree.parse(otherEntry.map(other -> other.body(signed)).orElse(usual));
    body.accept(json);
    return log.append(json.bytes(), loggedAt);
  }

  private String timestamp(Signed signed, Instant time) {
    byte[] seen = timestamped.apply(signed.signature().clone());
    return "{\"signedTimestamp\": "
        + new JsonPrimitive(base64(timestampAuthority.timestamp(seen, time)))
        + "}";
  }
}
