// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.oci.Evidence;
import dev.kernelgate.oci.ResolvedKernel;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Verdict;
import java.time.Duration;
import java.util.Optional;

/**
 * For how long an answer is good enough to be given again.
 *
 * @param tag a tag's digest; tags move
 * @param trusted a trusted verdict, which only grows too old
 * @param stored whatever was read from kept evidence, after which the registry is asked again
 * @param rejected a rejected verdict; an image is signed minutes after it is pushed
 * @param undetermined what kept a question open, unless the other side named a time
 */
public record Lifetimes(
    Duration tag, Duration trusted, Duration stored, Duration rejected, Duration undetermined) {

  private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

  /**
   * Half a minute for tags, kept evidence and rejections, an hour for trust, two seconds for open
   * questions.
   */
  public static Lifetimes defaults() {
    Duration soon = Duration.ofSeconds(30);
    return new Lifetimes(soon, Duration.ofHours(1), soon, soon, Duration.ofSeconds(2));
  }

  Duration of(SharedWork.Outcome<?> outcome) {
    return switch (outcome) {
      case SharedWork.Outcome.Failed<?>(Problem problem) -> ofProblem(problem);
      case SharedWork.Outcome.Done<?>(ResolvedKernel kernel) -> ofKernel(kernel);
      case SharedWork.Outcome.Done<?>(Judged judged) -> ofJudged(judged);
      case SharedWork.Outcome.Done<?> other ->
          throw new IllegalStateException("no lifetime for " + other);
    };
  }

  private Duration ofKernel(ResolvedKernel kernel) {
    if (!kernel.openQuestions().isEmpty()) {
      return undetermined;
    }
    return switch (kernel.evidence()) {
      case Evidence.Stored _ -> stored;
      case Evidence.Fetched _ -> kernel.source() == BootSource.PINNED_DIGEST ? trusted : tag;
    };
  }

  private Duration ofJudged(Judged judged) {
    return judged.verdict() instanceof Verdict.Trusted && judged.keptSince().isPresent()
        ? stored
        : ofVerdict(judged.verdict());
  }

  private Duration ofVerdict(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Trusted _ -> trusted;
      case Verdict.Rejected _ -> rejected;
      case Verdict.Undetermined open -> ofOpen(open.retryAfter());
    };
  }

  private Duration ofProblem(Problem problem) {
    return switch (problem.reason().outcome()) {
      case TRUSTED, REJECTED -> rejected;
      // Nobody looked: the next one to ask may have better luck at once.
      case UNDETERMINED ->
          problem.reason() == Reason.OVERLOADED ? Duration.ZERO : ofOpen(problem.retryAfter());
    };
  }

  private Duration ofOpen(Optional<Duration> retryAfter) {
    return retryAfter
        .map(wait -> wait.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : wait)
        .filter(wait -> wait.compareTo(undetermined) > 0)
        .orElse(undetermined);
  }
}
