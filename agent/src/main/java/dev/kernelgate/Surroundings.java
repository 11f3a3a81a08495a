// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.kernel.Deadline;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What the process is given from outside.
 *
 * @param clock wall-clock time
 * @param nanoTime the monotonic clock
 * @param environment the environment variables
 */
record Surroundings(InstantSource clock, LongSupplier nanoTime, Map<String, String> environment) {

  Surroundings {
    environment = Map.copyOf(environment);
  }

  Deadline deadlineIn(Duration budget) {
    return Deadline.after(budget, nanoTime);
  }
}
