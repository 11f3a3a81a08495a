// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one file. Keeps at most {@link #MAX}; one thread. */
public final class YamlProblems {

  /** Most problems that are kept; who made more mends these first. */
  public static final int MAX = 100;

  private final List<Located> found = new ArrayList<>();

  private record Located(YamlNode.Position position, String message) {}

  /**
   * Notes a problem.
   *
   * @param message "what is wrong; what to do", without a full stop
   */
  public void add(YamlNode.Position position, String message) {
    Located problem = new Located(position, message);
    if (found.size() < MAX && !found.contains(problem)) {
      found.add(problem);
    }
  }

  /** Whether nothing is wrong, which means that what was read can be used. */
  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** The problems as {@code FILE:LINE:COLUMN: message}, in the order of the file. */
  public List<String> in(String file) {
    return found.stream()
        .sorted(Comparator.comparing(Located::position))
        .map(problem -> file + ":" + problem.position() + ": " + problem.message())
        .toList();
  }
}
