// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.verdict.Reason.INVALID_SIGNATURE;
import static dev.kernelgate.verdict.Reason.LIMIT_EXCEEDED;
import static dev.kernelgate.verdict.Reason.NOT_IN_TRANSPARENCY_LOG;
import static dev.kernelgate.verdict.Reason.SIGNATURE_FOR_OTHER_DIGEST;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.Limits;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Untrusted;
import dev.sigstore.json.ProtoJson;
import dev.sigstore.proto.ProtoMutators;
import dev.sigstore.proto.bundle.v1.Bundle;
import dev.sigstore.proto.bundle.v1.VerificationMaterial;
import dev.sigstore.proto.common.v1.HashAlgorithm;
import dev.sigstore.proto.common.v1.MessageSignature;
import dev.sigstore.proto.rekor.v1.InclusionProof;
import dev.sigstore.proto.rekor.v1.TransparencyLogEntry;
import io.intoto.EnvelopeOuterClass.Envelope;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads Sigstore bundles v0.1 to v0.3 (protobuf-specs, sigstore_bundle.proto), with one
 * certificate, one log entry with an inclusion proof, and one signature. Not sigstore-java's own
 * bundle reader: that one reports every defect as the same exception or as an unchecked one, and
 * drops what it does not expect.
 */
final class BundleParser {

  /** Bundles carry one or two. */
  private static final int MAX_TIMESTAMPS = 8;

  /** A tree with 2^63 leaves needs no more. */
  private static final int MAX_PROOF_HASHES = 63;

  /** A checkpoint with 20 signatures of the largest kind stays far below. */
  private static final int MAX_CHECKPOINT_LENGTH = 16 * 1024;

  private BundleParser() {}

  /**
   * Takes a bundle apart.
   *
   * @param subject what a signature over a bare digest is about, where the bundle does not say
   * @throws ProblemException {@code InvalidSignature}, {@code NotInTransparencyLog}, {@code
   *     SignatureForOtherDigest} or {@code LimitExceeded}
   */
  static SignatureMaterial parse(byte[] json, Digest subject) throws ProblemException {
    Bundle bundle = read(json);
    BundleVersion version =
        BundleVersion.of(bundle.getMediaType())
            .orElseThrow(
                () ->
                    invalid(
                        "bundles of media type "
                            + Untrusted.quote(bundle.getMediaType())
                            + " are not supported"));
    VerificationMaterial material = bundle.getVerificationMaterial();
    SigningCertificate certificate = certificate(material, version);
    LogEvidence log = log(material);
    List<byte[]> timestamps = timestamps(material);
    return switch (bundle.getContentCase()) {
      case DSSE_ENVELOPE -> {
        Envelope envelope = bundle.getDsseEnvelope();
        yield new SignatureMaterial(
            version.format(), certificate, signature(envelope), content(envelope), log, timestamps);
      }
      case MESSAGE_SIGNATURE -> {
        MessageSignature message = bundle.getMessageSignature();
        yield new SignatureMaterial(
            version.format(),
            certificate,
            message.getSignature().toByteArray(),
            content(message, subject),
            log,
            timestamps);
      }
      case CONTENT_NOT_SET -> throw invalid("the bundle has no signature");
    };
  }

  private static Bundle read(byte[] json) throws ProblemException {
    if (json.length > Limits.BUNDLE_BYTES) {
      throw new ProblemException(
          LIMIT_EXCEEDED, "the bundle has more than " + Limits.BUNDLE_BYTES + " bytes");
    }
    try {
      // First the strict reader: protobuf's takes duplicate names, comments and trailing text.
      JsonReader.read(json);
      Bundle.Builder bundle = Bundle.newBuilder();
      ProtoJson.parser().merge(new String(json, StandardCharsets.UTF_8), bundle);
      return bundle.build();
    } catch (MalformedJsonException e) {
      throw new ProblemException(
          INVALID_SIGNATURE, "the bundle is malformed: " + e.getMessage(), e);
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      throw new ProblemException(
          INVALID_SIGNATURE,
          "the bundle is malformed: " + Untrusted.quote(String.valueOf(e.getMessage())),
          e);
    }
  }

  private static SigningCertificate certificate(
      VerificationMaterial material, BundleVersion version) throws ProblemException {
    return switch (material.getContentCase()) {
      case CERTIFICATE ->
          SigningCertificate.fromDer(material.getCertificate().getRawBytes().toByteArray());
      case X509_CERTIFICATE_CHAIN -> {
        if (!version.mayCarryChain()) {
          throw invalid("a bundle " + version + " must not carry a certificate chain");
        }
        if (material.getX509CertificateChain().getCertificatesCount() == 0) {
          throw invalid("the bundle has no certificate");
        }
        // The leaf comes first; authorities are believed only when the trust root has them.
        yield SigningCertificate.fromDer(
            material.getX509CertificateChain().getCertificates(0).getRawBytes().toByteArray());
      }
      case PUBLIC_KEY -> throw invalid("signatures with managed keys are not supported");
      case CONTENT_NOT_SET -> throw invalid("the bundle has no certificate");
    };
  }

  private static LogEvidence log(VerificationMaterial material) throws ProblemException {
    if (material.getTlogEntriesCount() == 0) {
      throw unlogged("the bundle has no log entry");
    }
    if (material.getTlogEntriesCount() > 1) {
      throw invalid("the bundle has " + material.getTlogEntriesCount() + " log entries, not one");
    }
    TransparencyLogEntry entry = material.getTlogEntries(0);
    if (!entry.hasInclusionProof()) {
      throw unlogged("the log entry has no inclusion proof");
    }
    InclusionProof proof = entry.getInclusionProof();
    if (proof.getHashesCount() > MAX_PROOF_HASHES
        || proof.getCheckpoint().getEnvelope().length() > MAX_CHECKPOINT_LENGTH) {
      throw new ProblemException(LIMIT_EXCEEDED, "the inclusion proof is too large");
    }
    ByteString signed = entry.getInclusionPromise().getSignedEntryTimestamp();
    try {
      return new LogEvidence.Proof(
          // The signed entry timestamp is verified by itself, not a second time with the proof.
          ProtoMutators.toRekorEntry(entry.toBuilder().clearInclusionPromise().build()),
          signed.isEmpty() ? Optional.empty() : Optional.of(signed.toByteArray()));
    } catch (RuntimeException e) {
      // The entry's builder refuses times beyond what Instant can hold.
      throw new ProblemException(INVALID_SIGNATURE, "the log entry is malformed", e);
    }
  }

  private static List<byte[]> timestamps(VerificationMaterial material) throws ProblemException {
    var timestamps = material.getTimestampVerificationData().getRfc3161TimestampsList();
    if (timestamps.size() > MAX_TIMESTAMPS) {
      throw new ProblemException(
          LIMIT_EXCEEDED, "the bundle has more than " + MAX_TIMESTAMPS + " timestamps");
    }
    return timestamps.stream()
        .map(timestamp -> timestamp.getSignedTimestamp().toByteArray())
        .toList();
  }

  private static byte[] signature(Envelope envelope) throws ProblemException {
    if (envelope.getSignaturesCount() != 1) {
      throw invalid("the envelope has " + envelope.getSignaturesCount() + " signatures, not one");
    }
    return envelope.getSignatures(0).getSig().toByteArray();
  }

  private static SignedContent content(Envelope envelope) throws ProblemException {
    if (!envelope.getPayloadType().equals(SignedContent.Envelope.PAYLOAD_TYPE)) {
      throw invalid(
          "payloads of type " + Untrusted.quote(envelope.getPayloadType()) + " are not supported");
    }
    return new SignedContent.Envelope(envelope.getPayload().toByteArray());
  }

  private static SignedContent content(MessageSignature message, Digest subject)
      throws ProblemException {
    if (message.hasMessageDigest()) {
      if (message.getMessageDigest().getAlgorithm() != HashAlgorithm.SHA2_256) {
        throw invalid("only signatures over a sha256 are supported");
      }
      // A hint for finding the file; what counts is the signature over the subject.
      byte[] stated = message.getMessageDigest().getDigest().toByteArray();
      if (!Arrays.equals(stated, subject.bytes())) {
        throw new ProblemException(
            SIGNATURE_FOR_OTHER_DIGEST, "the bundle says it is for another digest than " + subject);
      }
    }
    return new SignedContent.Artifact(subject);
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(INVALID_SIGNATURE, detail);
  }

  private static ProblemException unlogged(String detail) {
    return new ProblemException(NOT_IN_TRANSPARENCY_LOG, detail);
  }
}
