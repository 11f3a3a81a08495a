// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.SignatureFacts;
import java.util.Comparator;
import java.util.Optional;

/**
 * A finding that does not make the kernel trusted.
 *
 * @param problem why not
 * @param signature the signature, when it is sound and merely somebody else's
 */
record Miss(Problem problem, Optional<SignatureFacts> signature) {

  Miss(Problem problem) {
    this(problem, Optional.empty());
  }

  /** In the order of {@link Nearness}. */
  static Comparator<Miss> nearestFirst() {
    return Comparator.comparing(Miss::problem, Nearness.nearestFirst());
  }
}
