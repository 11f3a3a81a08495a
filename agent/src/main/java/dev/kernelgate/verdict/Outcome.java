// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verdict;

/** The three values a verdict can have. Only {@link #TRUSTED} boots. */
public enum Outcome {
  TRUSTED("trusted", 0),
  REJECTED("rejected", 1),
  UNDETERMINED("undetermined", 2);

  private final String text;
  private final int exitStatus;

  Outcome(String text, int exitStatus) {
    this.text = text;
    this.exitStatus = exitStatus;
  }

  /** The exit status of a command that ends with this outcome; the greater is the worse. */
  public int exitStatus() {
    return exitStatus;
  }

  /** The word used in answers and logs. */
  @Override
  public String toString() {
    return text;
  }
}
