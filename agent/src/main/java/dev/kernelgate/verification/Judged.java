// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.verdict.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A verdict and how it came about.
 *
 * @param keptSince when the registry last showed the signatures, if it did not now
 * @param trace what was looked at and found, a line each
 */
record Judged(Verdict verdict, Optional<Instant> keptSince, List<String> trace) {

  Judged {
    trace = List.copyOf(trace);
  }

  /**
   * About how much memory it takes beside its entry, in bytes: who attaches junk makes the trace
   * long.
   */
  int weight() {
    return trace.stream().mapToInt(String::length).sum();
  }
}
