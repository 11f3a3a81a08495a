// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.verdict.Reason.NOT_IN_TRANSPARENCY_LOG;

import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Untrusted;
import dev.sigstore.rekor.client.RekorEntry;
import dev.sigstore.rekor.client.RekorEntry.Checkpoint;
import dev.sigstore.rekor.client.RekorEntry.InclusionProof;
import dev.sigstore.rekor.client.RekorParseException;
import dev.sigstore.rekor.client.RekorVerificationException;
import dev.sigstore.rekor.client.RekorVerifier;
import dev.sigstore.trustroot.TransparencyLog;
import java.util.Base64;
import java.util.List;

/**
 * Inclusion proofs (RFC 6962, section 2.1.1) up to a checkpoint that the log signed. Adds to
 * sigstore-java's verifier what makes the entry's index in the log believable: the proof is for the
 * checkpoint's tree size and has exactly the hashes that this index needs.
 */
final class InclusionProofs {

  private final RekorVerifier verifier;

  InclusionProofs(List<TransparencyLog> logs) {
    verifier = RekorVerifier.newRekorVerifier(logs);
  }

  /**
   * Requires that the entry's proof leads to a root that its log signed.
   *
   * @throws ProblemException {@code NotInTransparencyLog}
   */
  void require(RekorEntry entry) throws ProblemException {
    InclusionProof proof = entry.getVerification().getInclusionProof();
    if (proof == null) {
      throw new ProblemException(NOT_IN_TRANSPARENCY_LOG, "the log entry has no inclusion proof");
    }
    requireShape(proof, checkpoint(proof));
    try {
      verifier.verifyEntry(entry);
    } catch (RekorVerificationException e) {
      throw new ProblemException(
          NOT_IN_TRANSPARENCY_LOG,
          "the inclusion proof does not hold: " + Untrusted.quote(String.valueOf(e.getMessage())),
          e);
    }
  }

  private static Checkpoint checkpoint(InclusionProof proof) throws ProblemException {
    try {
      Checkpoint checkpoint = proof.parsedCheckpoint();
      Base64.getDecoder().decode(checkpoint.getBase64Hash());
      return checkpoint;
    } catch (RekorParseException | IllegalArgumentException e) {
      // The library lets bad base64 through as an unchecked exception.
      throw new ProblemException(NOT_IN_TRANSPARENCY_LOG, "the checkpoint cannot be read", e);
    }
  }

  private static void requireShape(InclusionProof proof, Checkpoint checkpoint)
      throws ProblemException {
    long size = proof.getTreeSize();
    long index = proof.getLogIndex();
    if (size != checkpoint.getSize()) {
      throw new ProblemException(
          NOT_IN_TRANSPARENCY_LOG,
          "the inclusion proof is for "
              + size
              + " entries, the checkpoint for "
              + checkpoint.getSize());
    }
    if (index < 0 || index >= size) {
      throw new ProblemException(
          NOT_IN_TRANSPARENCY_LOG, "a log of " + size + " entries has no entry " + index);
    }
    int expected = pathLength(index, size);
    if (proof.getHashes().size() != expected) {
      throw new ProblemException(
          NOT_IN_TRANSPARENCY_LOG,
          "the inclusion proof has " + proof.getHashes().size() + " hashes instead of " + expected);
    }
  }

  /**
   * Hashes from a leaf to the root: one for each level in which the leaf's path and the last leaf's
   * differ, then one for each complete subtree to the left of the path they share.
   */
  private static int pathLength(long index, long size) {
    int inner = Long.SIZE - Long.numberOfLeadingZeros(index ^ (size - 1));
    return inner + (inner == Long.SIZE ? 0 : Long.bitCount(index >>> inner));
  }
}
