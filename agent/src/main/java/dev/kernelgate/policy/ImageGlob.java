// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A pattern for image names, registry included: {@code ghcr.io/edera-dev/*-kernel}. {@code *} is
 * any number of characters other than a slash; {@code **}, alone between slashes, is one or more
 * whole path segments. The whole name has to match.
 *
 * @param text the glob as written
 */
public record ImageGlob(String text) {

  private static final int MAX_LENGTH = 512;
  private static final Pattern SEGMENT = Pattern.compile("[a-z0-9._:*-]+");
  private static final String SEGMENTS_TEXT = "**";

  /** {@code *}, as it is written. */
  private static final char CHARACTERS = '*';

  /** {@code **} as one symbol, which is in no name and no glob. */
  private static final char SEGMENTS = '\0';

  /**
   * Checks the glob.
   *
   * @throws IllegalArgumentException if it is no glob; the message is a fragment that says why
   */
  public ImageGlob {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("the glob is longer than " + MAX_LENGTH + " characters");
    }
    List<String> segments = Arrays.asList(text.split("/", -1));
    if (segments.size() < 2) {
      throw new IllegalArgumentException("the glob has no registry host: write host/path");
    }
    for (String segment : segments) {
      if (!SEGMENT.matcher(segment).matches()) {
        throw new IllegalArgumentException(
            "a part between slashes is empty, or has a character that image names cannot have");
      }
      if (segment.contains(SEGMENTS_TEXT) && !segment.equals(SEGMENTS_TEXT)) {
        throw new IllegalArgumentException("'**' has to stand alone between slashes");
      }
    }
    if (segments.stream().skip(1).anyMatch(segment -> segment.contains(":"))) {
      throw new IllegalArgumentException(
          "the glob has a tag; rules cover image names, whatever the tag");
    }
  }

  /** Whether a name, {@code registry/repository} in full, matches. */
  public boolean matches(String name) {
    return name.indexOf(SEGMENTS) < 0 && accepts(name);
  }

  /**
   * Whether every name that the other glob matches is matched by this one as well. May miss it for
   * exotic pairs, never claims it wrongly.
   */
  public boolean covers(ImageGlob other) {
    // A wildcard of the other glob is a symbol that only a wildcard of this one can take.
    return accepts(other.symbols());
  }

  @Override
  public String toString() {
    return text;
  }

  private String symbols() {
    return text.replace(SEGMENTS_TEXT, String.valueOf(SEGMENTS));
  }

  /**
   * Follows all places in the glob that the symbols read so far can have led to, at once. So a
   * match takes at most (symbols) times (length of the glob) steps, however the glob is written.
   */
  private boolean accepts(String symbols) {
    String glob = symbols();
    BitSet places = new BitSet(glob.length() + 1);
    places.set(0);
    for (int i = 0; i < symbols.length(); i++) {
      places = placesAfter(symbols.charAt(i), glob, places);
    }
    skipEmpty(glob, places);
    return places.get(glob.length());
  }

  private static BitSet placesAfter(char symbol, String glob, BitSet places) {
    skipEmpty(glob, places);
    BitSet next = new BitSet(glob.length() + 1);
    places.clear(glob.length());
    places.stream()
        .forEach(
            place -> {
              switch (glob.charAt(place)) {
                case CHARACTERS -> {
                  if (symbol != '/' && symbol != SEGMENTS) {
                    next.set(place);
                  }
                }
                case SEGMENTS -> next.set(place, place + 2);
                default -> {
                  if (glob.charAt(place) == symbol) {
                    next.set(place + 1);
                  }
                }
              }
            });
    return next;
  }

  /** A {@code *} may stand for nothing, so whoever is at it is behind it as well. */
  private static void skipEmpty(String glob, BitSet places) {
    for (int place = 0; place < glob.length(); place++) {
      if (places.get(place) && glob.charAt(place) == CHARACTERS) {
        places.set(place + 1);
      }
    }
  }
}
