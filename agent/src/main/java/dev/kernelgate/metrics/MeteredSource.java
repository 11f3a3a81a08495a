// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.metrics;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.FetchedManifest;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.verdict.ProblemException;
import java.util.Optional;

/** Counts what is asked of a source, and changes nothing about it. */
public final class MeteredSource implements ImageSource {

  private final ImageSource source;
  private final AgentMetrics metrics;

  private interface Question<T> {
    Optional<T> ask() throws ProblemException;
  }

  public MeteredSource(ImageSource source, AgentMetrics metrics) {
    this.source = source;
    this.metrics = metrics;
  }

  @Override
  public Optional<FetchedManifest> manifest(
      Repository repository, String selector, Deadline deadline) throws ProblemException {
    return counted(() -> source.manifest(repository, selector, deadline));
  }

  @Override
  public Optional<byte[]> blob(
      Repository repository, Digest digest, int maxBytes, Deadline deadline)
      throws ProblemException {
    return counted(() -> source.blob(repository, digest, maxBytes, deadline));
  }

  @Override
  public Optional<FetchedManifest> referrers(
      Repository repository, Digest subject, Deadline deadline) throws ProblemException {
    return counted(() -> source.referrers(repository, subject, deadline));
  }

  @Override
  public BootSource kind() {
    return source.kind();
  }

  private <T> Optional<T> counted(Question<T> question) throws ProblemException {
    try {
      Optional<T> answer = question.ask();
      metrics.fetched(kind().toString(), answer.isPresent());
      return answer;
    } catch (ProblemException e) {
      metrics.failed(kind().toString(), e);
      throw e;
    }
  }
}
