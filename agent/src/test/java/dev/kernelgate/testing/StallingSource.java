// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.BlobStream;
import dev.kernelgate.oci.FetchedManifest;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A source in which some registries do not answer before the test lets them. Makes the source
 * behind it safe for concurrent use.
 */
public final class StallingSource implements ImageSource {

  private final ImageSource source;
  private final String stalled;
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * A source.
   *
   * @param stalled host and port of the registry that does not answer
   */
  public StallingSource(ImageSource source, String stalled) {
    this.source = source;
    this.stalled = stalled;
  }

  /** Lets the stalled registry answer. */
  public void release() {
    release.countDown();
  }

  /** Questions that the stalled registry owes an answer. */
  public int waiting() {
    return waiting.get();
  }

  @Override
  public Optional<FetchedManifest> manifest(
      Repository repository, String selector, Deadline deadline) throws ProblemException {
    stall(repository);
    synchronized (source) {
      return source.manifest(repository, selector, deadline);
    }
  }

  @Override
  public Optional<byte[]> blob(
      Repository repository, Digest digest, int maxBytes, Deadline deadline)
      throws ProblemException {
    stall(repository);
    synchronized (source) {
      return source.blob(repository, digest, maxBytes, deadline);
    }
  }

  @Override
  public Optional<BlobStream> stream(Repository repository, Digest digest, Deadline deadline)
      throws ProblemException {
    stall(repository);
    synchronized (source) {
      return source.stream(repository, digest, deadline);
    }
  }

  @Override
  public Optional<FetchedManifest> referrers(
      Repository repository, Digest subject, Deadline deadline) throws ProblemException {
    stall(repository);
    synchronized (source) {
      return source.referrers(repository, subject, deadline);
    }
  }

  @Override
  public BootSource kind() {
    return source.kind();
  }

  private void stall(Repository repository) throws ProblemException {
    if (!repository.registry().equals(stalled)) {
      return;
    }
    waiting.incrementAndGet();
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(Reason.REGISTRY_UNREACHABLE, "interrupted", e);
    } finally {
      waiting.decrementAndGet();
    }
  }
}
