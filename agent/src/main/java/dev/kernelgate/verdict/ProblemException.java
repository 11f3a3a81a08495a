// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verdict;

/**
 * The one checked exception that crosses packages: a step could not be done, for the reason it
 * carries.
 */
public final class ProblemException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public ProblemException(Problem problem) {
    super(problem.reason() + ": " + problem.detail());
    this.problem = problem;
  }

  public ProblemException(Reason reason, String detail) {
    this(new Problem(reason, detail));
  }

  public ProblemException(Reason reason, String detail, Throwable cause) {
    this(new Problem(reason, detail));
    initCause(cause);
  }

  /** What went wrong. */
  public Problem problem() {
    return problem;
  }
}
