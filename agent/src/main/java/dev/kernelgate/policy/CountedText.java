// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

/** A text that stops being readable after so many reads, which is what ends a runaway match. */
record CountedText(String text, Steps steps) implements CharSequence {

  /** How many reads are left; shared by a text and its parts. One match on one thread owns it. */
  static final class Steps {
    private int left;

    Steps(int left) {
      this.left = left;
    }
  }

  /** Thrown out of the regular expression engine, which has no other way to be stopped. */
  static final class StepsUsedUpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StepsUsedUpException() {
      super("the match takes too long", null, false, false);
    }
  }

  @Override
  public char charAt(int index) {
    if (--steps.left < 0) {
      throw new StepsUsedUpException();
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new CountedText(text.substring(start, end), steps);
  }

  @Override
  public String toString() {
    return text;
  }
}
