// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.ahead;

import dev.kernelgate.chore.Turns;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Verdict;
import dev.kernelgate.verification.Decision;
import java.time.Duration;
import java.util.Optional;

/**
 * How often a kernel is judged ahead. The two times between judgements are a tenth more or less, so
 * that nodes that started together drift apart.
 *
 * @param trusted time between two judgements of a kernel that is trusted
 * @param other the same of a kernel that is not, which somebody may be mending
 * @param budget time for one judgement
 */
public record Pace(Duration trusted, Duration other, Duration budget) {

  /** Five minutes for trusted kernels, half a minute for the others. */
  public static Pace usual(Duration budget) {
    return new Pace(Duration.ofMinutes(5), Duration.ofSeconds(30), budget);
  }

  /**
   * How long a decision is left alone; another time at each call. What is being worked out is asked
   * for again as soon as it says.
   */
  Duration after(Decision decision) {
    return Turns.about(
        switch (decision.verdict()) {
          case Verdict.Trusted _ -> trusted;
          case Verdict.Undetermined(Reason reason, _, Optional<Duration> retryAfter)
              when reason == Reason.PENDING ->
              retryAfter.orElse(other);
          case Verdict.Undetermined _, Verdict.Rejected _ -> other;
        });
  }
}
