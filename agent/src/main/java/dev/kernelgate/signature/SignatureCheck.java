// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.verdict.Reason.INVALID_SIGNATURE;
import static dev.kernelgate.verdict.Reason.NOT_IN_TRANSPARENCY_LOG;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.SignatureFacts;
import dev.sigstore.rekor.client.RekorEntry;
import dev.sigstore.trustroot.TransparencyLog;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Every check of one signature. First that what came with it fits together, which needs nobody's
 * word and is cheap to find wrong; then that a trust root vouches for each part.
 */
final class SignatureCheck {

  private final SignatureMaterial material;
  private final LogRecord record;

  private SignatureCheck(SignatureMaterial material, LogRecord record) {
    this.material = material;
    this.record = record;
  }

  /**
   * Requires that the signature is by the certificate's key, and that the log entry is about this
   * signature, certificate and content. That shows nothing yet: anyone can make such a set.
   *
   * @throws ProblemException {@code InvalidSignature}
   */
  static SignatureCheck ofConsistent(SignatureMaterial material) throws ProblemException {
    requireSigned(material);
    LogRecord record =
        LogRecord.parse(Base64.getDecoder().decode(material.log().entry().getBody()));
    record.requireAbout(material);
    return new SignatureCheck(material, record);
  }

  /**
   * Requires that the root vouches for certificate, log entry and time, and that the signer spoke
   * about the subject.
   *
   * @return the facts, which hold
   * @throws ProblemException the first check that failed
   */
  SignatureFacts requireTrusted(TrustRoot root, Digest subject) throws ProblemException {
    SigningCertificate certificate = material.certificate();
    root.certificates().require(certificate);
    TransparencyLog log = root.logs().require(material.log());
    Instant signedAt = requireTime(root, log);
    Statement statement = Statement.of(material.content());
    statement.requireAbout(subject);
    return new SignatureFacts(
        subject,
        statement.predicateType(),
        certificate.issuer(),
        certificate.identity(),
        certificate.claims(),
        signedAt,
        log.getBaseUrl().getHost(),
        logIndex(material.log()),
        material.format());
  }

  private static void requireSigned(SignatureMaterial material) throws ProblemException {
    boolean signed;
    try {
      signed = material.content().isSignedBy(material.certificate().key(), material.signature());
    } catch (GeneralSecurityException e) {
      throw new ProblemException(
          INVALID_SIGNATURE, "the signature cannot be verified with the certificate's key", e);
    }
    if (!signed) {
      throw new ProblemException(
          INVALID_SIGNATURE, "the signature is not by the certificate's key");
    }
  }

  /**
   * The trusted time of the signature: the log's where it signed one, else the first timestamp
   * authority's. Every time that is given has to lie within the certificate's validity and the log
   * key's; sigstore-java 2.0.0 checks neither for the log's time.
   */
  private Instant requireTime(TrustRoot root, TransparencyLog log) throws ProblemException {
    List<Instant> times = new ArrayList<>();
    Optional<Instant> logged = logTime(material.log());
    if (logged.isPresent()) {
      material.certificate().requireValidAt(logged.get(), "the log's time");
      times.add(logged.get());
    } else if (record.kind().isTimedByLog()) {
      // As cosign: a log that signs times must have signed this one, whatever else there is.
      throw new ProblemException(
          NOT_IN_TRANSPARENCY_LOG,
          "the log entry " + record.kind() + " has no signed entry timestamp");
    }
    for (byte[] timestamp : material.timestamps()) {
      Instant time = root.timestampAuthorities().require(timestamp, material.signature());
      material.certificate().requireValidAt(time, "the timestamp");
      times.add(time);
    }
    if (times.isEmpty()) {
      throw new ProblemException(
          NOT_IN_TRANSPARENCY_LOG, "neither the log nor a timestamp authority tells the time");
    }
    for (Instant time : times) {
      TransparencyLogs.requireKeyValidAt(log, time);
    }
    return times.getFirst();
  }

  private static Optional<Instant> logTime(LogEvidence evidence) {
    return switch (evidence) {
      case LogEvidence.Promise promise -> Optional.of(promise.entry().getIntegratedTimeInstant());
      case LogEvidence.Proof proof ->
          proof.signedEntryTimestamp().map(_ -> proof.entry().getIntegratedTimeInstant());
    };
  }

  /** The index that the log signed, or that the proof is for; Rekor v2 signs no other. */
  private static long logIndex(LogEvidence evidence) {
    return switch (evidence) {
      case LogEvidence.Promise promise -> promise.entry().getLogIndex();
      case LogEvidence.Proof(RekorEntry entry, var signed) when signed.isPresent() ->
          entry.getLogIndex();
      case LogEvidence.Proof(RekorEntry entry, _) ->
          Objects.requireNonNull(entry.getVerification().getInclusionProof()).getLogIndex();
    };
  }
}
