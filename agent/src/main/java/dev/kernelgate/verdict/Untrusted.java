// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verdict;

/** Makes foreign text fit for a message that a person or a terminal reads. */
public final class Untrusted {

  /** Longest foreign text that is shown. */
  public static final int MAX_LENGTH = 256;

  private Untrusted() {}

  /**
   * The text in single quotes, control and non-ASCII characters replaced by '?', cut at {@link
   * #MAX_LENGTH}.
   */
  public static String quote(String text) {
    String shown = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
    StringBuilder safe = new StringBuilder(shown.length() + 2).append('\'');
    shown.chars().map(c -> c < 0x20 || c > 0x7e ? '?' : c).forEach(c -> safe.append((char) c));
    return safe.append('\'').toString();
  }
}
