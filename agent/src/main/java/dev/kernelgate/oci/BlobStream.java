// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.verdict.ProblemException;

/**
 * A blob as it arrives, neither hashed nor bounded in length: whoever reads it does both. Holds one
 * network buffer at most. Read by one thread, and closed by it; closing early ends the transfer.
 */
public interface BlobStream extends AutoCloseable {

  /**
   * Reads what is there, waiting for at least one byte no longer than the deadline that the stream
   * was opened with.
   *
   * @return how many bytes were written into the buffer, at least one; -1 at the end
   * @throws ProblemException if the source fails midway, or {@code DeadlineExceeded}
   */
  int read(byte[] buffer, int offset, int length) throws ProblemException;

  /** Ends the transfer. */
  @Override
  void close();
}
