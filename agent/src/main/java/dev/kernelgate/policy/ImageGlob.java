// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import java.util.List;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;

/**
 * A pattern for image names, registry included: {@code ghcr.io/edera-dev/*-kernel}. {@code *} is
 * any number of characters other than a slash; {@code **}, alone between slashes, is one or more
 * whole path segments. The whole name has to match.
 *
 * <p>Matching never goes back further than the last wildcard, so it takes at most (length of the
 * name) times (length of the glob) steps.
 *
 * @param text the glob as written
 */
public record ImageGlob(String text) {

  private static final int MAX_LENGTH = 512;
  private static final String SEGMENTS = "**";
  private static final Pattern SEGMENT = Pattern.compile("[a-z0-9._:*-]+");

  /**
   * Checks the glob.
   *
   * @throws IllegalArgumentException if it is no glob; the message is a fragment that says why
   */
  public ImageGlob {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("the glob is longer than " + MAX_LENGTH + " characters");
    }
    List<String> segments = split(text);
    if (segments.size() < 2) {
      throw new IllegalArgumentException("the glob has no registry host: write host/path");
    }
    for (String segment : segments) {
      if (!SEGMENT.matcher(segment).matches()) {
        throw new IllegalArgumentException(
            "a part between slashes is empty, or has a character that image names cannot have");
      }
      if (segment.contains(SEGMENTS) && !segment.equals(SEGMENTS)) {
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
    return matchSegments(split(name));
  }

  /**
   * Whether every name that the other glob matches is matched by this one as well. May miss it for
   * exotic pairs, never claims it wrongly.
   */
  public boolean covers(ImageGlob other) {
    // A wildcard in the other's text is a character that only a wildcard of this one can swallow.
    return matchSegments(split(other.text));
  }

  @Override
  public String toString() {
    return text;
  }

  private boolean matchSegments(List<String> name) {
    return matchWithStars(split(text), SEGMENTS, 1, name, ImageGlob::matchSegment);
  }

  private static boolean matchSegment(String glob, String segment) {
    if (segment.equals(SEGMENTS)) {
      return false;
    }
    return matchWithStars(
        glob.chars().boxed().toList(),
        (int) '*',
        0,
        segment.chars().boxed().toList(),
        Integer::equals);
  }

  /**
   * Matches elements against a glob of elements, where {@code star} swallows {@code atLeast} or
   * more of them. Giving the last star one more element is the only retry that can ever help: what
   * an earlier star could swallow more, the last one can as well.
   */
  private static <T> boolean matchWithStars(
      List<T> glob, T star, int atLeast, List<T> elements, BiPredicate<T, T> same) {
    int at = 0;
    int next = 0;
    int afterStar = -1;
    int swallowed = 0;
    while (next < elements.size()) {
      if (at < glob.size() && glob.get(at).equals(star)) {
        at++;
        afterStar = at;
        next += atLeast;
        swallowed = next;
      } else if (at < glob.size() && same.test(glob.get(at), elements.get(next))) {
        at++;
        next++;
      } else if (afterStar >= 0) {
        at = afterStar;
        swallowed++;
        next = swallowed;
      } else {
        return false;
      }
    }
    if (atLeast == 0) {
      while (at < glob.size() && glob.get(at).equals(star)) {
        at++;
      }
    }
    return at == glob.size() && next == elements.size();
  }

  private static List<String> split(String name) {
    return List.of(name.split("/", -1));
  }
}
