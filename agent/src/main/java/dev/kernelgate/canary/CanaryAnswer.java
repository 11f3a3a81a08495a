// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.canary;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What the socket said about a canary.
 *
 * @param message the answer's own sentence
 */
record CanaryAnswer(Outcome outcome, Reason reason, Optional<String> digest, String message) {

  private static final String END_OF_HEAD = "\r\n\r\n";

  /**
   * Reads a decision out of an HTTP/1.1 response; empty for what is none, such as a refusal. The
   * verdict counts and not the status: in audit mode every kernel may boot.
   */
  static Optional<CanaryAnswer> ofResponse(byte[] response) {
    int head = new String(response, StandardCharsets.ISO_8859_1).indexOf(END_OF_HEAD);
    if (head < 0) {
      return Optional.empty();
    }
    try {
      JsonObject body =
          JsonReader.read(
              Arrays.copyOfRange(response, head + END_OF_HEAD.length(), response.length));
      Optional<Outcome> outcome = word(Outcome.values(), body.text("verdict"));
      Optional<Reason> reason = word(Reason.values(), body.text("reason"));
      return outcome.isPresent() && reason.isPresent()
          ? Optional.of(
              new CanaryAnswer(
                  outcome.get(),
                  reason.get(),
                  body.text("digest"),
                  body.text("message").orElse("")))
          : Optional.empty();
    } catch (MalformedJsonException _) {
      return Optional.empty();
    }
  }

  private static <T> Optional<T> word(T[] words, Optional<String> text) {
    return text.flatMap(
        known -> Arrays.stream(words).filter(word -> word.toString().equals(known)).findFirst());
  }
}
