// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.ProblemException;
import java.util.Optional;

/**
 * Where manifests and blobs come from: a registry, a local layout. Implementations bound size and
 * time, and tell apart "it is definitely not there" (empty) from everything else that can go wrong
 * (a {@link ProblemException} whose reason leaves the question open, or {@code LimitExceeded}).
 * They need not hash: callers do. Safe for concurrent use; calls block, so they run on virtual
 * threads.
 */
public interface ImageSource {

  /**
   * Fetches a manifest or index.
   *
   * @param selector a tag, or a digest as {@code sha256:hex}
   * @return the bytes as received, at most {@link Limits#MANIFEST_BYTES}; empty only when the
   *     source answered definitely that there is none
   * @throws ProblemException if the source did not answer, answered unusably, or sent more than the
   *     limit
   */
  Optional<FetchedManifest> manifest(Repository repository, String selector, Deadline deadline)
      throws ProblemException;

  /**
   * Fetches a blob.
   *
   * @param maxBytes the most that may be returned; a larger blob is {@code LimitExceeded}, found
   *     out before it is all read
   * @return the bytes as stored, never decompressed; empty only when the source answered definitely
   *     that there is none
   * @throws ProblemException as above
   */
  Optional<byte[]> blob(Repository repository, Digest digest, int maxBytes, Deadline deadline)
      throws ProblemException;

  /**
   * Opens a blob that is too large to be held.
   *
   * @param deadline until which all of it has to be read
   * @return the bytes as stored, never decompressed; empty only when the source answered definitely
   *     that there is none
   * @throws ProblemException as above
   */
  Optional<BlobStream> stream(Repository repository, Digest digest, Deadline deadline)
      throws ProblemException;

  /**
   * Asks for the referrers of a manifest (OCI distribution-spec 1.1, "Listing Referrers").
   *
   * @return an index; empty when the source has no such API
   * @throws ProblemException as above
   */
  Optional<FetchedManifest> referrers(Repository repository, Digest subject, Deadline deadline)
      throws ProblemException;

  /** How answers name this source. */
  BootSource kind();
}
