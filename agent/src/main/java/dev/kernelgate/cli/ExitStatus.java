// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

/**
 * Exit statuses beside those of verdicts (0 trusted, 1 rejected, 2 undetermined). They are the ones
 * of BSD's sysexits(3), so that no mistake in calling can be taken for a verdict.
 */
public final class ExitStatus {

  /** It worked. */
  public static final int OK = 0;

  /** It was looked at and is not good. */
  public static final int NOT_GOOD = 1;

  /** EX_USAGE: the arguments are wrong. */
  public static final int USAGE = 64;

  /** EX_UNAVAILABLE: something that is needed, such as the agent's socket, is not there. */
  public static final int UNAVAILABLE = 69;

  /** EX_SOFTWARE: kernelgate itself failed. */
  public static final int SOFTWARE = 70;

  /** EX_CONFIG: the configuration file is wrong. */
  public static final int CONFIG = 78;

  private ExitStatus() {}
}
