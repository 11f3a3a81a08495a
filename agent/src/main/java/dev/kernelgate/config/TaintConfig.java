// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.config;

import java.time.Duration;

/**
 * When a node is tainted.
 *
 * @param setAfter how long a kernel has to be rejected
 * @param removeAfter how long every kernel has to be trusted
 */
public record TaintConfig(Effect effect, Duration setAfter, Duration removeAfter) {

  static TaintConfig defaults() {
    return new TaintConfig(Effect.NO_SCHEDULE, Duration.ofSeconds(30), Duration.ofMinutes(5));
  }

  /** What a taint does to pods that do not tolerate it. */
  public enum Effect {
    /** New ones stay away. */
    NO_SCHEDULE("NoSchedule"),
    /** New ones stay away if they can. */
    PREFER_NO_SCHEDULE("PreferNoSchedule"),
    /** Those that are there have to go, too. */
    NO_EXECUTE("NoExecute");

    private final String word;

    Effect(String word) {
      this.word = word;
    }

    /** As Kubernetes writes it. */
    @Override
    public String toString() {
      return word;
    }
  }
}
