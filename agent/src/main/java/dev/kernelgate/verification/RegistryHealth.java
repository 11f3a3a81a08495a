// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.verdict.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a registry has answered lately.
 *
 * @param answeredAt the latest answer, be it "not there" or "not for you"
 * @param failingSince the first failure after the latest answer
 * @param failedAt the latest failure after the latest answer
 * @param failure its reason
 */
public record RegistryHealth(
    String name,
    Optional<Instant> answeredAt,
    Optional<Instant> failingSince,
    Optional<Instant> failedAt,
    Optional<Reason> failure) {

  /** A registry that has failed for so long is told as unreachable; shorter is weather. */
  private static final Duration FAILING = Duration.ofMinutes(1);

  /** A failure is old news when nobody has asked since. */
  private static final Duration RECENT = Duration.ofMinutes(5);

  static RegistryHealth unasked(String name) {
    return new RegistryHealth(
        name, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  RegistryHealth answered(Instant now) {
    return new RegistryHealth(
        name, Optional.of(now), Optional.empty(), Optional.empty(), Optional.empty());
  }

  RegistryHealth failed(Reason reason, Instant now) {
    return new RegistryHealth(
        name,
        answeredAt,
        failingSince.or(() -> Optional.of(now)),
        Optional.of(now),
        Optional.of(reason));
  }

  boolean isFailing(Instant now) {
    return failingSince.filter(since -> !now.isBefore(since.plus(FAILING))).isPresent()
        && failedAt.filter(last -> now.isBefore(last.plus(RECENT))).isPresent();
  }

  /** The members that are known. */
  Map<String, Object> toFields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("registry", name);
    answeredAt.ifPresent(time -> fields.put("answeredAt", time));
    failingSince.ifPresent(time -> fields.put("failingSince", time));
    failedAt.ifPresent(time -> fields.put("failedAt", time));
    failure.ifPresent(reason -> fields.put("failure", reason));
    return fields;
  }

  /** For people: its name, and since when it has failed for what. */
  String told() {
    return name
        + failure.map(reason -> " (" + reason).orElse(" (")
        + failingSince.map(since -> " since " + since).orElse("")
        + ")";
  }
}
