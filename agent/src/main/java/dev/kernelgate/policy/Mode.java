// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

/** What a verdict does to a boot. */
public enum Mode {
  /** Only trusted kernels boot. */
  ENFORCE("enforce"),
  /** Every kernel boots; verdicts are made and reported all the same. */
  AUDIT("audit");

  private final String word;

  Mode(String word) {
    this.word = word;
  }

  /** The word used in the configuration. */
  @Override
  public String toString() {
    return word;
  }
}
