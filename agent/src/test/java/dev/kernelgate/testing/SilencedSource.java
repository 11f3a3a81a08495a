// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.BlobStream;
import dev.kernelgate.oci.FetchedManifest;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.time.Duration;
import java.util.Optional;

/** Another source, taken for a registry, that stops to answer when a test says so. */
public final class SilencedSource implements ImageSource {

  private final ImageSource source;
  private Optional<Problem> failure = Optional.empty();
  private int answersLeft;
  private Duration lastRoom = Duration.ZERO;

  public SilencedSource(ImageSource source) {
    this.source = source;
  }

  /** Gives no answer any more, or one for which there is this reason. */
  public void fail(Reason reason) {
    failAfter(0, reason);
  }

  /** Answers so many more questions, then fails. */
  public void failAfter(int answers, Reason reason) {
    failure = Optional.of(new Problem(reason, "the test says so"));
    answersLeft = answers;
  }

  /** Answers again. */
  public void heal() {
    failure = Optional.empty();
  }

  /** The time that it was given for the manifest that was asked for last. */
  public Duration lastRoom() {
    return lastRoom;
  }

  @Override
  public Optional<FetchedManifest> manifest(
      Repository repository, String selector, Deadline deadline) throws ProblemException {
    lastRoom = deadline.remaining();
    requireVoice();
    return source.manifest(repository, selector, deadline);
  }

  @Override
  public Optional<byte[]> blob(
      Repository repository, Digest digest, int maxBytes, Deadline deadline)
      throws ProblemException {
    requireVoice();
    return source.blob(repository, digest, maxBytes, deadline);
  }

  @Override
  public Optional<BlobStream> stream(Repository repository, Digest digest, Deadline deadline)
      throws ProblemException {
    requireVoice();
    return source.stream(repository, digest, deadline);
  }

  @Override
  public Optional<FetchedManifest> referrers(
      Repository repository, Digest subject, Deadline deadline) throws ProblemException {
    requireVoice();
    return source.referrers(repository, subject, deadline);
  }

  @Override
  public BootSource kind() {
    return BootSource.REGISTRY;
  }

  private void requireVoice() throws ProblemException {
    if (failure.isPresent() && answersLeft-- <= 0) {
      throw new ProblemException(failure.get());
    }
  }
}
