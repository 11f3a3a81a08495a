// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layout;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.BlobStream;
import dev.kernelgate.oci.FetchedManifest;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import java.util.Optional;

/**
 * Stands in for a layout that could not be opened: its images are undetermined, all others are
 * judged as ever.
 *
 * @param kind what answers would have called it
 * @param problem that every answer is
 */
record UnusableSource(BootSource kind, Problem problem) implements ImageSource {

  @Override
  public Optional<FetchedManifest> manifest(
      Repository repository, String selector, Deadline deadline) throws ProblemException {
    throw new ProblemException(problem);
  }

  @Override
  public Optional<byte[]> blob(
      Repository repository, Digest digest, int maxBytes, Deadline deadline)
      throws ProblemException {
    throw new ProblemException(problem);
  }

  @Override
  public Optional<BlobStream> stream(Repository repository, Digest digest, Deadline deadline)
      throws ProblemException {
    throw new ProblemException(problem);
  }

  @Override
  public Optional<FetchedManifest> referrers(
      Repository repository, Digest subject, Deadline deadline) throws ProblemException {
    throw new ProblemException(problem);
  }
}
