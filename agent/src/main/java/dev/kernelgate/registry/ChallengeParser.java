// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Reads {@code WWW-Authenticate} by its grammar (RFC 9110, section 11.6.1): several challenges in
 * one header, parameters in any order, quoted or not. What does not follow it is refused as a
 * whole; guessing at what a server meant is how credentials end up in the wrong place. Used once.
 */
final class ChallengeParser {

  /** Longest header that is read. */
  static final int MAX_LENGTH = 4096;

  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
  private static final String TOKEN68_MARKS = "-._~+/";

  private final String text;
  private int at;

  private ChallengeParser(String text) {
    this.text = text;
  }

  /**
   * The challenges of all headers, in order.
   *
   * @throws ProblemException {@code RegistryMisbehaved} if any is malformed, too long or repeats a
   *     parameter
   */
  static List<Challenge> parse(List<String> headers) throws ProblemException {
    List<Challenge> challenges = new ArrayList<>();
    for (String header : headers) {
      if (header.length() > MAX_LENGTH) {
        throw malformed("is longer than " + MAX_LENGTH + " characters");
      }
      challenges.addAll(new ChallengeParser(header).challenges());
    }
    return List.copyOf(challenges);
  }

  private List<Challenge> challenges() throws ProblemException {
    List<Challenge> challenges = new ArrayList<>();
    skip(c -> isSpace(c) || c == ',');
    while (!isAtEnd()) {
      String scheme = take(ChallengeParser::isToken).toLowerCase(Locale.ROOT);
      require(!scheme.isEmpty() && (isAtEnd() || isSpace(text.charAt(at)) || is(',')));
      challenges.add(new Challenge(scheme, parameters()));
    }
    return challenges;
  }

  /** Everything up to the next scheme: a word that no equals sign follows. */
  private Map<String, String> parameters() throws ProblemException {
    Map<String, String> parameters = new HashMap<>();
    skip(ChallengeParser::isSpace);
    if (!isAtEnd() && !is(',') && !isParameterNext()) {
      skipToken68();
    }
    int start = at;
    skip(c -> isSpace(c) || c == ',');
    while (!isAtEnd() && isParameterNext()) {
      require(parameters.isEmpty() || text.substring(start, at).indexOf(',') >= 0);
      String name = take(ChallengeParser::isToken).toLowerCase(Locale.ROOT);
      skip(ChallengeParser::isSpace);
      at++;
      skip(ChallengeParser::isSpace);
      require(parameters.put(name, value()) == null);
      start = at;
      skip(c -> isSpace(c) || c == ',');
    }
    require(isAtEnd() || text.substring(start, at).indexOf(',') >= 0);
    return parameters;
  }

  private boolean isParameterNext() {
    int mark = at;
    boolean named = !take(ChallengeParser::isToken).isEmpty();
    skip(ChallengeParser::isSpace);
    boolean assigned = is('=');
    at = Math.min(at + 1, text.length());
    skip(ChallengeParser::isSpace);
    boolean valued = !isAtEnd() && !is(',') && !is('=');
    at = mark;
    return named && assigned && valued;
  }

  private String value() throws ProblemException {
    if (!is('"')) {
      String token = take(ChallengeParser::isToken);
      require(!token.isEmpty());
      return token;
    }
    StringBuilder value = new StringBuilder();
    at++;
    while (!is('"')) {
      require(!isAtEnd());
      if (is('\\')) {
        at++;
        require(!isAtEnd());
      }
      char c = text.charAt(at++);
      require(c >= ' ' && c <= '~');
      value.append(c);
    }
    at++;
    return value.toString();
  }

  private void skipToken68() throws ProblemException {
    String token68 = take(c -> isAlphanumeric(c) || TOKEN68_MARKS.indexOf(c) >= 0);
    skip(c -> c == '=');
    require(!token68.isEmpty());
  }

  private String take(IntPredicate accepted) {
    int start = at;
    skip(accepted);
    return text.substring(start, at);
  }

  private void skip(IntPredicate accepted) {
    while (!isAtEnd() && accepted.test(text.charAt(at))) {
      at++;
    }
  }

  private boolean is(char expected) {
    return !isAtEnd() && text.charAt(at) == expected;
  }

  private boolean isAtEnd() {
    return at >= text.length();
  }

  private static boolean isToken(int c) {
    return isAlphanumeric(c) || TOKEN_MARKS.indexOf(c) >= 0;
  }

  private static boolean isAlphanumeric(int c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private static boolean isSpace(int c) {
    return c == ' ' || c == '\t';
  }

  private static void require(boolean wellFormed) throws ProblemException {
    if (!wellFormed) {
      throw malformed("is malformed");
    }
  }

  private static ProblemException malformed(String how) {
    return new ProblemException(
        Reason.REGISTRY_MISBEHAVED, "the WWW-Authenticate header of the registry " + how);
  }
}
