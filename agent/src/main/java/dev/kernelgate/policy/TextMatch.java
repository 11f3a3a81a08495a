// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.PatternSyntaxException;

/**
 * What a text in a signing certificate must be. There is no case that accepts everything: a signer
 * that anybody can be is no signer.
 */
public sealed interface TextMatch {

  /** Longest text, and longest pattern, that is looked at; a longer text never matches. */
  int MAX_LENGTH = 512;

  /** Whether the text, all of it, is what is wanted. */
  boolean accepts(String text);

  /** The text itself, compared character by character; neither blank nor too long to match. */
  record Exact(String text) implements TextMatch {
    public Exact {
      if (text.isBlank()) {
        throw new IllegalArgumentException("the text is empty");
      }
      if (text.length() > MAX_LENGTH) {
        throw new IllegalArgumentException("the text is longer than " + MAX_LENGTH + " characters");
      }
    }

    @Override
    public boolean accepts(String candidate) {
      return text.equals(candidate);
    }

    @Override
    public String toString() {
      return "'" + text + "'";
    }
  }

  /**
   * A regular expression, always matched against the whole text. Equal when written the same.
   *
   * <p>The policy's author chooses the expression but a stranger chooses the text (the subject of a
   * certificate), so matching is bounded twice: by the text's length and by the number of steps. An
   * expression that backtracks too long does not match.
   */
  final class Pattern implements TextMatch {

    /** Characters that one match may look at; sane expressions need a few per character. */
    private static final int MAX_STEPS = 100_000;

    private final java.util.regex.Pattern compiled;

    /**
     * Compiles an expression that is written {@code ^...$}.
     *
     * @throws IllegalArgumentException if it is not written anchored, is malformed, or matches so
     *     much that it is no restriction; the message is a fragment that says which
     */
    public Pattern(String expression) {
      if (expression.length() > MAX_LENGTH) {
        throw new IllegalArgumentException(
            "the pattern is longer than " + MAX_LENGTH + " characters");
      }
      if (!isAnchored(expression)) {
        throw new IllegalArgumentException("the pattern is not anchored");
      }
      this.compiled = compile(expression);
      for (String probe : List.of("", "x", "kernelgate", "https://kernelgate.invalid/probe")) {
        if (accepts(probe)) {
          throw new IllegalArgumentException("the pattern matches nearly everything");
        }
      }
    }

    @Override
    public boolean accepts(String text) {
      if (text.length() > MAX_LENGTH) {
        return false;
      }
      Matcher matcher = compiled.matcher(new CountedText(text, new CountedText.Steps(MAX_STEPS)));
      try {
        return matcher.matches();
      } catch (CountedText.StepsUsedUpException | StackOverflowError _) {
        return false;
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Pattern that && compiled.pattern().equals(that.compiled.pattern());
    }

    @Override
    public int hashCode() {
      return compiled.pattern().hashCode();
    }

    @Override
    public String toString() {
      return "pattern '" + compiled.pattern() + "'";
    }

    private static boolean isAnchored(String expression) {
      if (!expression.startsWith("^") || !expression.endsWith("$")) {
        return false;
      }
      int end = expression.length() - 1;
      int backslashes = 0;
      while (end - 1 - backslashes >= 0 && expression.charAt(end - 1 - backslashes) == '\\') {
        backslashes++;
      }
      return backslashes % 2 == 0;
    }

    private static java.util.regex.Pattern compile(String expression) {
      try {
        return java.util.regex.Pattern.compile(expression);
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            "the pattern is malformed at character " + (e.getIndex() + 1), e);
      }
    }
  }
}
