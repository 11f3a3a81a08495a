// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import dev.kernelgate.verification.Decision;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Encoded answers of decisions that are given again and again. Direct-mapped: a decision has one
 * place, and whoever comes there later takes it. Confined to the event loop.
 */
final class RecentAnswers {

  private static final int PLACES = 256;

  private final Encoded[] places = new Encoded[PLACES];

  private record Encoded(Optional<Decision> decision, Answer answer) {}

  RecentAnswers() {
    Arrays.fill(places, new Encoded(Optional.empty(), Answer.json(Map.of())));
  }

  /** The answer that this very decision has. */
  @SuppressWarnings("ReferenceEquality")
  Answer of(Decision decision) {
    int place = System.identityHashCode(decision) & (PLACES - 1);
    Encoded before = places[place];
    if (before.decision().filter(known -> known == decision).isPresent()) {
      return before.answer();
    }
    Answer answer = Answer.decision(decision);
    places[place] = new Encoded(Optional.of(decision), answer);
    return answer;
  }
}
