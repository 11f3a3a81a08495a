// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.verdict.Reason.INVALID_SIGNATURE;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Untrusted;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * What a log recorded about one signature: the body of its entry (rekor, pkg/types; rekor-tiles,
 * api/proto). Believed only once the log has been shown to hold exactly these bytes.
 *
 * @param kind how the other members are to be understood
 * @param digest SHA-256 of what was signed
 * @param signature the signature
 * @param certificate the signer's certificate, DER
 */
record LogRecord(EntryKind kind, byte[] digest, byte[] signature, byte[] certificate) {

  /**
   * Reads an entry's body.
   *
   * @throws ProblemException {@code InvalidSignature} if it is of another kind or form
   */
  static LogRecord parse(byte[] body) throws ProblemException {
    try {
      JsonObject json = JsonReader.read(body);
      String name = json.requireText("kind");
      String version = json.requireText("apiVersion");
      EntryKind kind =
          EntryKind.of(name, version)
              .orElseThrow(
                  () ->
                      new ProblemException(
                          INVALID_SIGNATURE,
                          "log entries of kind "
                              + Untrusted.quote(name + ":" + version)
                              + " are not supported"));
      JsonObject spec = json.requireObject("spec");
      return switch (kind) {
        case HASHED_REKORD_V1 -> hashedRekordV1(spec);
        case DSSE_V1 -> dsseV1(spec);
        case HASHED_REKORD_V2 -> hashedRekordV2(spec.requireObject("hashedRekordV002"));
      };
    } catch (MalformedJsonException e) {
      throw malformed(String.valueOf(e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw malformed("it has bad base64 or hexadecimal digits", e);
    }
  }

  /**
   * Requires that this is about the given signature and no other: an entry for other data, by
   * another key or for a second signature of the same key proves nothing about this one.
   *
   * @throws ProblemException {@code InvalidSignature}
   */
  void requireAbout(SignatureMaterial material) throws ProblemException {
    byte[] expected =
        material
            .content()
            .loggedDigest(kind)
            .orElseThrow(
                () ->
                    new ProblemException(
                        INVALID_SIGNATURE, "a log entry " + kind + " cannot record such content"))
            .bytes();
    requireEqual(expected, digest, "other data");
    requireEqual(material.signature(), signature, "another signature");
    requireEqual(material.certificate().der(), certificate, "another certificate");
  }

  private static void requireEqual(byte[] expected, byte[] logged, String difference)
      throws ProblemException {
    if (!Arrays.equals(expected, logged)) {
      throw new ProblemException(INVALID_SIGNATURE, "the log entry is for " + difference);
    }
  }

  private static LogRecord hashedRekordV1(JsonObject spec)
      throws MalformedJsonException, ProblemException {
    JsonObject signature = spec.requireObject("signature");
    return new LogRecord(
        EntryKind.HASHED_REKORD_V1,
        sha256(spec.requireObject("data").requireObject("hash")),
        base64(signature.requireText("content")),
        pem(signature.requireObject("publicKey").requireText("content")));
  }

  private static LogRecord dsseV1(JsonObject spec) throws MalformedJsonException, ProblemException {
    List<JsonObject> signatures = spec.objects("signatures");
    if (signatures.size() != 1) {
      throw new ProblemException(
          INVALID_SIGNATURE, "the log entry has " + signatures.size() + " signatures, not one");
    }
    return new LogRecord(
        EntryKind.DSSE_V1,
        sha256(spec.requireObject("payloadHash")),
        base64(signatures.getFirst().requireText("signature")),
        pem(signatures.getFirst().requireText("verifier")));
  }

  private static LogRecord hashedRekordV2(JsonObject spec)
      throws MalformedJsonException, ProblemException {
    JsonObject data = spec.requireObject("data");
    requireAlgorithm("SHA2_256", data.requireText("algorithm"));
    JsonObject signature = spec.requireObject("signature");
    JsonObject verifier = signature.requireObject("verifier");
    return new LogRecord(
        EntryKind.HASHED_REKORD_V2,
        base64(data.requireText("digest")),
        base64(signature.requireText("content")),
        base64(verifier.requireObject("x509Certificate").requireText("rawBytes")));
  }

  private static byte[] sha256(JsonObject hash) throws MalformedJsonException, ProblemException {
    requireAlgorithm("sha256", hash.requireText("algorithm"));
    return HexFormat.of().parseHex(hash.requireText("value"));
  }

  private static void requireAlgorithm(String expected, String found) throws ProblemException {
    if (!found.equals(expected)) {
      throw new ProblemException(
          INVALID_SIGNATURE,
          "the log entry's hash algorithm is " + Untrusted.quote(found) + ", not " + expected);
    }
  }

  private static byte[] pem(String base64) throws ProblemException {
    try {
      return SigningCertificate.fromPem(base64(base64)).der();
    } catch (ProblemException e) {
      throw new ProblemException(
          INVALID_SIGNATURE, "the log entry is not for a certificate that can be read", e);
    }
  }

  private static byte[] base64(String text) {
    return Base64.getDecoder().decode(text);
  }

  private static ProblemException malformed(String detail, Exception cause) {
    return new ProblemException(
        INVALID_SIGNATURE, "the log entry's body is malformed: " + detail, cause);
  }
}
