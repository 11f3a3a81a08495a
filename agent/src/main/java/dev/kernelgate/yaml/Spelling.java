// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that a misspelt one was meant to be. */
final class Spelling {

  private static final int MAX_EDITS = 2;
  private static final int MAX_LENGTH = 64;

  private Spelling() {}

  /** The known word that is at most two edits away, letter case aside; the nearest of several. */
  static Optional<String> nearest(String word, Collection<String> known) {
    if (word.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    return known.stream()
        .filter(candidate -> edits(word, candidate) <= Math.min(MAX_EDITS, candidate.length() / 2))
        .min(Comparator.comparingInt(candidate -> edits(word, candidate)));
  }

  /** The Levenshtein distance: insertions, deletions and replacements of one letter. */
  private static int edits(String from, String to) {
    String left = from.toLowerCase(Locale.ROOT);
    String right = to.toLowerCase(Locale.ROOT);
    int[] row = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[right.length()];
  }
}
