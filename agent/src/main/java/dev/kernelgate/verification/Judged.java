// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.verdict.Verdict;
import java.util.List;

/**
 * A verdict and how it came about.
 *
 * @param trace what was looked at and found, a line each
 */
record Judged(Verdict verdict, List<String> trace) {

  Judged {
    trace = List.copyOf(trace);
  }
}
