// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a node is to have the taint. A pod that is corrected within a minute, or a registry that
 * comes and goes, must not make nodes flap. Confined to one thread.
 */
final class TaintTiming {

  private final Duration setAfter;
  private final Duration removeAfter;
  private Optional<Spell> spell = Optional.empty();

  /** What has to be so now. */
  enum Wish {
    SET,
    REMOVE,
    /** Whatever is there stays. */
    KEEP
  }

  /** How long the condition has had a status without interruption. */
  private record Spell(String status, Instant since) {}

  /**
   * Nothing was observed yet.
   *
   * @param setAfter how long the condition has to be False
   * @param removeAfter how long the condition has to be True
   */
  TaintTiming(Duration setAfter, Duration removeAfter) {
    this.setAfter = setAfter;
    this.removeAfter = removeAfter;
  }

  /** Takes the condition's status as it is now. Unknown is neither reason to set nor to remove. */
  Wish observe(String status, Instant now) {
    Spell current =
        spell
            .filter(before -> before.status().equals(status))
            // After the clock was set back nobody knows how long; the spell begins anew.
            .filter(before -> !now.isBefore(before.since()))
            .orElseGet(() -> new Spell(status, now));
    spell = Optional.of(current);
    Duration lasted = Duration.between(current.since(), now);
    return switch (status) {
      case "False" -> lasted.compareTo(setAfter) >= 0 ? Wish.SET : Wish.KEEP;
      case "True" -> lasted.compareTo(removeAfter) >= 0 ? Wish.REMOVE : Wish.KEEP;
      default -> Wish.KEEP;
    };
  }
}
