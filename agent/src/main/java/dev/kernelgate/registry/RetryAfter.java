// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Reads {@code Retry-After} (RFC 9110, section 10.2.3) and keeps it within reason. */
final class RetryAfter {

  /** The shortest wait that is passed on; zero would invite a tight loop. */
  static final Duration SHORTEST = Duration.ofSeconds(1);

  /** The longest: a server that is wrong about its clock must not silence a node for days. */
  static final Duration LONGEST = Duration.ofHours(1);

  private RetryAfter() {}

  /** The wait that the headers ask for; empty without the header or when it is malformed. */
  static Optional<Duration> of(HttpHeaders headers, InstantSource clock) {
    return headers
        .firstValue("Retry-After")
        .map(String::strip)
        .flatMap(text -> seconds(text).or(() -> date(text, clock.instant())))
        .map(RetryAfter::bounded);
  }

  private static Optional<Duration> seconds(String text) {
    if (!text.matches("\\d{1,18}")) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
  }

  private static Optional<Duration> date(String text, Instant now) {
    try {
      Instant then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(Duration.between(now, then));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  private static Duration bounded(Duration wait) {
    if (wait.compareTo(SHORTEST) < 0) {
      return SHORTEST;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }
}
