// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

/** Makes text from elsewhere harmless for a terminal. */
final class Shown {

  private static final int MAX_LENGTH = 1024;

  private Shown() {}

  /**
   * The text on one line, at most 1024 characters, everything but visible ASCII replaced by '?'.
   */
  static String of(String text) {
    String cut = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
    return cut.replaceAll("[^ -~]", "?");
  }
}
