// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verdict;

/** Makes foreign text fit for a message that a person or a terminal reads. */
public final class Untrusted {

  /** Longest foreign text that is shown. */
  public static final int MAX_LENGTH = 256;

  /** Longest line that {@link #line} makes. */
  public static final int MAX_LINE = 1024;

  private Untrusted() {}

  /**
   * The text in single quotes, control and non-ASCII characters replaced by '?', cut at {@link
   * #MAX_LENGTH}.
   */
  public static String quote(String text) {
    String shown = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
    StringBuilder safe = new StringBuilder(shown.length() + 2).append('\'');
    shown.chars().mapToObj(c -> isPrintable((char) c) ? (char) c : '?').forEach(safe::append);
    return safe.append('\'').toString();
  }

  /**
   * The text as one printable line without quotes around it: control and non-ASCII characters
   * replaced by '?', cut at {@link #MAX_LINE}. Nearly always it is one already and is returned as
   * it is.
   */
  public static String line(String text) {
    if (text.length() <= MAX_LINE && isPrintable(text)) {
      return text;
    }
    StringBuilder line = new StringBuilder(text);
    line.setLength(Math.min(text.length(), MAX_LINE));
    for (int i = 0; i < line.length(); i++) {
      if (!isPrintable(line.charAt(i))) {
        line.setCharAt(i, '?');
      }
    }
    return line.toString();
  }

  /** A plain loop: this runs for every answer. */
  private static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isPrintable(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPrintable(char c) {
    return c >= ' ' && c <= '~';
  }
}
