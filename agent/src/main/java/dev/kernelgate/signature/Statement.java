// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.verdict.Reason.INVALID_SIGNATURE;
import static dev.kernelgate.verdict.Reason.SIGNATURE_FOR_OTHER_DIGEST;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.SignatureFacts;
import dev.kernelgate.verdict.Untrusted;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a signer said, and about what.
 *
 * @param predicateType what was said; {@link SignatureFacts#COSIGN_SIGN} for a signature, empty
 *     where a file as a whole was signed
 * @param subjects SHA-256 digests of what it was said about
 */
record Statement(String predicateType, List<String> subjects) {

  /** in-toto attestation framework, spec/v0.1.0 and spec/v1, field {@code _type}. */
  private static final List<String> TYPES =
      List.of("https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1");

  private static final String SIMPLE_SIGNING_TYPE = "cosign container image signature";

  Statement {
    subjects = List.copyOf(subjects);
  }

  /**
   * Reads the statement out of what was signed.
   *
   * @throws ProblemException {@code InvalidSignature} if it is malformed or of an unknown type
   */
  static Statement of(SignedContent content) throws ProblemException {
    try {
      return switch (content) {
        case SignedContent.Envelope(byte[] payload) -> inToto(JsonReader.read(payload));
        case SignedContent.SimpleSigning(byte[] payload) -> simpleSigning(JsonReader.read(payload));
        case SignedContent.Artifact(Digest digest) -> new Statement("", List.of(digest.hex()));
      };
    } catch (MalformedJsonException e) {
      throw new ProblemException(
          INVALID_SIGNATURE, "the signed statement is malformed: " + e.getMessage(), e);
    }
  }

  /**
   * Requires that the statement is about the given digest.
   *
   * @throws ProblemException {@code SignatureForOtherDigest}
   */
  void requireAbout(Digest subject) throws ProblemException {
    if (!subjects.contains(subject.hex())) {
      String others = subjects.isEmpty() ? "nothing with a sha256" : subjects.getFirst();
      throw new ProblemException(
          SIGNATURE_FOR_OTHER_DIGEST,
          "the signer spoke about " + Untrusted.quote(others) + ", not about " + subject);
    }
  }

  /** Names and annotations of subjects are optional; cosign 3 writes no name. */
  private static Statement inToto(JsonObject statement)
      throws MalformedJsonException, ProblemException {
    String type = statement.requireText("_type");
    if (!TYPES.contains(type)) {
      throw new ProblemException(
          INVALID_SIGNATURE, "statements of type " + Untrusted.quote(type) + " are not supported");
    }
    Stream.Builder<String> subjects = Stream.builder();
    for (JsonObject subject : statement.objects("subject")) {
      Optional<JsonObject> digests = subject.object("digest");
      if (digests.isPresent()) {
        digests.get().text("sha256").ifPresent(subjects);
      }
    }
    return new Statement(statement.requireText("predicateType"), subjects.build().toList());
  }

  /**
   * containers/image, docs/containers-signature.5.md. As in cosign, {@code docker-reference} is not
   * looked at: images are copied between registries, and the digest is what boots.
   */
  private static Statement simpleSigning(JsonObject document)
      throws MalformedJsonException, ProblemException {
    JsonObject critical = document.requireObject("critical");
    String type = critical.requireText("type");
    if (!type.equals(SIMPLE_SIGNING_TYPE)) {
      throw new ProblemException(
          INVALID_SIGNATURE, "payloads of type " + Untrusted.quote(type) + " are not supported");
    }
    String digest = critical.requireObject("image").requireText("docker-manifest-digest");
    Digest subject =
        Digest.parse(digest)
            .orElseThrow(
                () ->
                    new ProblemException(
                        INVALID_SIGNATURE,
                        "the payload's digest " + Untrusted.quote(digest) + " is not a sha256"));
    return new Statement(SignatureFacts.COSIGN_SIGN, List.of(subject.hex()));
  }
}
