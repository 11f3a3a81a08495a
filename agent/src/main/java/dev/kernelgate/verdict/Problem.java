// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verdict;

import java.time.Duration;
import java.util.Optional;

/**
 * One occurrence of a reason.
 *
 * @param reason why, never a reason that trusts
 * @param detail the facts of this occurrence as a lower-case fragment without a full stop; foreign
 *     text in it is already made harmless with {@link Untrusted#quote}
 * @param retryAfter when the other side said to come back, if it did
 */
public record Problem(Reason reason, String detail, Optional<Duration> retryAfter) {

  public Problem {
    if (reason.outcome() == Outcome.TRUSTED) {
      throw new IllegalArgumentException(reason + " is no problem");
    }
  }

  public Problem(Reason reason, String detail) {
    this(reason, detail, Optional.empty());
  }

  /**
   * Whether the other side gave no answer at all. Only then may something else speak in its place:
   * "not there", "not allowed" and nonsense are answers, which nobody looks past.
   */
  public boolean isSilence() {
    return reason == Reason.REGISTRY_UNREACHABLE
        || reason == Reason.REGISTRY_THROTTLED
        || reason == Reason.DEADLINE_EXCEEDED;
  }

  /**
   * A failure of ours: {@code InternalError}, with where it happened. The message of the exception
   * is left out, since it may quote anything.
   */
  public static Problem unexpected(Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    String where =
        trace.length == 0
            ? ""
            : " in %s.%s, line %d"
                .formatted(
                    trace[0].getClassName(), trace[0].getMethodName(), trace[0].getLineNumber());
    return new Problem(
        Reason.INTERNAL_ERROR, "unexpected " + failure.getClass().getSimpleName() + where);
  }
}
