// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import dev.sigstore.rekor.client.RekorEntry;
import java.util.Optional;

/** What came with a signature to show that a transparency log has it; not yet believed. */
sealed interface LogEvidence {

  /** The entry as it was delivered. */
  RekorEntry entry();

  /**
   * The log's signature over the entry and the time it was taken in, without a proof: all that
   * cosign 1 and 2 store.
   */
  record Promise(RekorEntry entry, byte[] signedEntryTimestamp) implements LogEvidence {}

  /**
   * An inclusion proof with a checkpoint, as bundles have it.
   *
   * @param signedEntryTimestamp there for Rekor v1; Rekor v2 has none
   */
  record Proof(RekorEntry entry, Optional<byte[]> signedEntryTimestamp) implements LogEvidence {}
}
