// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.verdict.Reason.NOT_IN_TRANSPARENCY_LOG;

import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Untrusted;
import dev.sigstore.encryption.signers.Verifiers;
import dev.sigstore.rekor.client.RekorEntry;
import dev.sigstore.trustroot.TransparencyLog;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/** The transparency logs of a trust root, and what counts as being in one of them. */
final class TransparencyLogs {

  private final List<TransparencyLog> logs;
  private final InclusionProofs proofs;

  TransparencyLogs(List<TransparencyLog> logs) {
    this.logs = List.copyOf(logs);
    this.proofs = new InclusionProofs(logs);
  }

  /**
   * Shows that a trusted log holds the entry's body, by its inclusion proof and the checkpoint that
   * the proof leads to, or by the log's own signature over the entry. Where both are there, both
   * have to hold.
   *
   * @return the log
   * @throws ProblemException {@code NotInTransparencyLog}
   */
  TransparencyLog require(LogEvidence evidence) throws ProblemException {
    TransparencyLog log = find(evidence.entry());
    switch (evidence) {
      case LogEvidence.Promise(RekorEntry entry, byte[] signature) ->
          requireSignedEntry(entry, signature, log);
      case LogEvidence.Proof(RekorEntry entry, var signature) -> {
        if (signature.isPresent()) {
          requireSignedEntry(entry, signature.get(), log);
        }
        proofs.require(entry);
      }
    }
    return log;
  }

  /**
   * A log's key counts only in its time: an old shard's key must not sign for new entries.
   *
   * @throws ProblemException {@code NotInTransparencyLog}
   */
  static void requireKeyValidAt(TransparencyLog log, Instant time) throws ProblemException {
    if (!log.getPublicKey().getValidFor().contains(time)) {
      throw new ProblemException(
          NOT_IN_TRANSPARENCY_LOG,
          "the key of log " + log.getBaseUrl().getHost() + " was not valid at " + time);
    }
  }

  private TransparencyLog find(RekorEntry entry) throws ProblemException {
    byte[] id = HexFormat.of().parseHex(entry.getLogID());
    return TransparencyLog.find(logs, id)
        .orElseThrow(
            () ->
                new ProblemException(
                    NOT_IN_TRANSPARENCY_LOG,
                    "log " + Untrusted.quote(entry.getLogID()) + " is not in the trust root"));
  }

  private static void requireSignedEntry(RekorEntry entry, byte[] signature, TransparencyLog log)
      throws ProblemException {
    String failure = "the signed entry timestamp is not by log " + log.getBaseUrl().getHost();
    boolean signed;
    try {
      signed =
          Verifiers.newVerifier(log.getPublicKey().toJavaPublicKey())
              .verify(entry.getSignableContent(), signature);
    } catch (GeneralSecurityException e) {
      throw new ProblemException(NOT_IN_TRANSPARENCY_LOG, failure, e);
    }
    if (!signed) {
      throw new ProblemException(NOT_IN_TRANSPARENCY_LOG, failure);
    }
  }
}
