// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.verdict.Reason.INVALID_SIGNATURE;
import static dev.kernelgate.verdict.Reason.LIMIT_EXCEEDED;
import static dev.kernelgate.verdict.Reason.NOT_IN_TRANSPARENCY_LOG;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.oci.Limits;
import dev.kernelgate.oci.SignatureCandidate;
import dev.kernelgate.verdict.ProblemException;
import dev.sigstore.rekor.client.ImmutableRekorEntry;
import dev.sigstore.rekor.client.ImmutableVerification;
import dev.sigstore.rekor.client.RekorEntry;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Reads cosign 1 and 2's annotations (cosign, specs/SIGNATURE_SPEC.md). A signature without the log
 * bundle is refused: cosign would ask the log online, this verifies offline. A timestamp annotation
 * is not needed and not looked at, since the log's signature tells the time.
 */
final class LegacyParser {

  static final String FORMAT = "cosign-legacy";

  /** A certificate is 2 KB, a log bundle 6 KB. */
  private static final int MAX_ANNOTATION_LENGTH = 64 * 1024;

  private LegacyParser() {}

  /**
   * Takes a candidate apart.
   *
   * @throws ProblemException {@code InvalidSignature}, {@code NotInTransparencyLog}, or {@code
   *     LimitExceeded}
   */
  static SignatureMaterial parse(SignatureCandidate.Legacy candidate) throws ProblemException {
    if (candidate.payload().length > Limits.PAYLOAD_BYTES) {
      throw new ProblemException(
          LIMIT_EXCEEDED, "the payload has more than " + Limits.PAYLOAD_BYTES + " bytes");
    }
    byte[] signature = base64(annotation(candidate.signature(), "signature"), "signature");
    String certificate = annotation(candidate.certificate(), "certificate");
    if (candidate.logBundle().isEmpty()) {
      throw new ProblemException(
          NOT_IN_TRANSPARENCY_LOG, "there is no annotation with the log's bundle");
    }
    String logBundle = annotation(candidate.logBundle(), "bundle");
    return new SignatureMaterial(
        FORMAT,
        SigningCertificate.fromPem(certificate.getBytes(StandardCharsets.UTF_8)),
        signature,
        new SignedContent.SimpleSigning(candidate.payload()),
        promise(logBundle),
        List.of());
  }

  private static LogEvidence promise(String logBundle) throws ProblemException {
    try {
      JsonObject bundle = JsonReader.read(logBundle.getBytes(StandardCharsets.UTF_8));
      JsonObject payload = bundle.requireObject("Payload");
      String signedEntryTimestamp = bundle.requireText("SignedEntryTimestamp");
      RekorEntry entry =
          ImmutableRekorEntry.builder()
              .body(payload.requireText("body"))
              .integratedTime(requireNumber(payload, "integratedTime"))
              .logIndex(requireNumber(payload, "logIndex"))
              .logID(requireHex(payload.requireText("logID")))
              .verification(ImmutableVerification.builder().build())
              .build();
      base64(entry.getBody(), "log entry");
      return new LogEvidence.Promise(entry, base64(signedEntryTimestamp, "log entry's signature"));
    } catch (MalformedJsonException e) {
      throw new ProblemException(
          INVALID_SIGNATURE, "the log's bundle is malformed: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      // The entry's builder refuses times beyond what Instant can hold.
      throw new ProblemException(INVALID_SIGNATURE, "the log's bundle is malformed", e);
    }
  }

  private static long requireNumber(JsonObject payload, String name)
      throws MalformedJsonException, ProblemException {
    return payload
        .number(name)
        .orElseThrow(
            () ->
                new ProblemException(
                    INVALID_SIGNATURE, "the log's bundle is malformed: " + name + " is missing"));
  }

  private static String requireHex(String text) {
    HexFormat.of().parseHex(text);
    return text;
  }

  private static String annotation(Optional<String> value, String name) throws ProblemException {
    String text =
        value.orElseThrow(
            () ->
                new ProblemException(INVALID_SIGNATURE, "there is no annotation with the " + name));
    if (text.length() > MAX_ANNOTATION_LENGTH) {
      throw new ProblemException(
          LIMIT_EXCEEDED,
          "the " + name + " annotation has more than " + MAX_ANNOTATION_LENGTH + " characters");
    }
    return text;
  }

  private static byte[] base64(String text, String what) throws ProblemException {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(INVALID_SIGNATURE, "the " + what + " is not base64", e);
    }
  }
}
