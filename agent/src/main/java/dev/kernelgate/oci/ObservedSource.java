// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.ProblemException;
import java.util.Optional;

/** Tells somebody what is asked of a source, and changes nothing about it. */
public final class ObservedSource implements ImageSource {

  private final ImageSource source;
  private final FetchListener listener;

  private interface Question<T> {
    Optional<T> ask() throws ProblemException;
  }

  /** The source, with somebody to be told. */
  public ObservedSource(ImageSource source, FetchListener listener) {
    this.source = source;
    this.listener = listener;
  }

  @Override
  public Optional<FetchedManifest> manifest(
      Repository repository, String selector, Deadline deadline) throws ProblemException {
    return told(repository, () -> source.manifest(repository, selector, deadline));
  }

  @Override
  public Optional<byte[]> blob(
      Repository repository, Digest digest, int maxBytes, Deadline deadline)
      throws ProblemException {
    return told(repository, () -> source.blob(repository, digest, maxBytes, deadline));
  }

  @Override
  public Optional<BlobStream> stream(Repository repository, Digest digest, Deadline deadline)
      throws ProblemException {
    return told(repository, () -> source.stream(repository, digest, deadline));
  }

  @Override
  public Optional<FetchedManifest> referrers(
      Repository repository, Digest subject, Deadline deadline) throws ProblemException {
    return told(repository, () -> source.referrers(repository, subject, deadline));
  }

  @Override
  public BootSource kind() {
    return source.kind();
  }

  private <T> Optional<T> told(Repository repository, Question<T> question)
      throws ProblemException {
    try {
      Optional<T> answer = question.ask();
      listener.answered(kind(), repository, answer.isPresent());
      return answer;
    } catch (ProblemException e) {
      listener.failed(kind(), repository, e);
      throw e;
    }
  }
}
