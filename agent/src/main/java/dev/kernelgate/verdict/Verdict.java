// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verdict;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The answer about one digest. Three cases and no fourth; consumers switch over them without a
 * default branch, so that a new case cannot go unnoticed.
 */
public sealed interface Verdict {

  /** Why; its outcome is that of the verdict's case. */
  Reason reason();

  /** The facts of this occurrence, a lower-case fragment. */
  String detail();

  /** The outcome of the case. */
  default Outcome outcome() {
    return reason().outcome();
  }

  /** The signature that the verdict speaks of: the accepted one, or the nearest miss. */
  default Optional<SignatureFacts> signatureFacts() {
    return switch (this) {
      case Trusted trusted -> trusted.signature();
      case Rejected rejected -> rejected.nearestMiss();
      case Undetermined _ -> Optional.empty();
    };
  }

  /** May boot. The only case that may. */
  record Trusted(Reason reason, String detail, Optional<SignatureFacts> signature)
      implements Verdict {
    public Trusted {
      require(reason, Outcome.TRUSTED);
    }
  }

  /**
   * May not boot, and asking again changes nothing until somebody changes something.
   *
   * @param otherMisses how other signatures failed, nearest first, at most ten
   */
  record Rejected(
      Reason reason, String detail, Optional<SignatureFacts> nearestMiss, List<Problem> otherMisses)
      implements Verdict {
    public Rejected {
      require(reason, Outcome.REJECTED);
      otherMisses = List.copyOf(otherMisses);
    }

    public Rejected(Problem problem) {
      this(problem.reason(), problem.detail(), Optional.empty(), List.of());
    }
  }

  /** The question is open; must not boot, but may when asked again later. */
  record Undetermined(Reason reason, String detail, Optional<Duration> retryAfter)
      implements Verdict {
    public Undetermined {
      require(reason, Outcome.UNDETERMINED);
    }
  }

  /** The verdict that a problem leads to. */
  static Verdict of(Problem problem) {
    return switch (problem.reason().outcome()) {
      case REJECTED -> new Rejected(problem);
      case UNDETERMINED ->
          new Undetermined(problem.reason(), problem.detail(), problem.retryAfter());
      case TRUSTED -> throw new IllegalArgumentException("a problem never trusts");
    };
  }

  private static void require(Reason reason, Outcome outcome) {
    if (reason.outcome() != outcome) {
      throw new IllegalArgumentException(reason + " is not a reason for " + outcome);
    }
  }
}
