// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Pull secrets that were read lately, at most {@link #MAX_SECRETS}; the one that was used longest
 * ago goes first. Owns its map, guarded by a lock.
 */
final class PullSecretMemory {

  /** Secrets that are kept at once. */
  static final int MAX_SECRETS = 64;

  /** For how long a secret is used without asking whether it has changed. */
  static final Duration FRESH = Duration.ofSeconds(30);

  /** For how long it is used while the API server does not say, after which it is forgotten. */
  static final Duration KEPT = Duration.ofMinutes(5);

  private static final Duration AFTER_SILENCE = Duration.ofSeconds(5);

  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Name, Known> secrets = new LinkedHashMap<>(16, 0.75f, true);

  /** A secret's name. */
  record Name(String namespace, String name) {}

  /** A reading, when it was made, and until when nobody asks again. */
  private record Known(PullSecretReading reading, Instant readAt, Instant freshUntil) {}

  PullSecretMemory(InstantSource clock) {
    this.clock = clock;
  }

  /** The last reading, if it is so young that nobody has to ask again. */
  Optional<PullSecretReading> fresh(Name name) {
    return known(name)
        .filter(known -> clock.instant().isBefore(known.freshUntil()))
        .map(Known::reading);
  }

  /** The last reading, if it is not too old to be used at all. */
  Optional<PullSecretReading> last(Name name) {
    return known(name).map(Known::reading);
  }

  /**
   * Keeps a reading. Where the API server did not say, the last one stays, as old as it is.
   *
   * @return the one to be used
   */
  PullSecretReading keep(Name name, PullSecretReading reading) {
    Instant now = clock.instant();
    Known kept =
        switch (reading) {
          case PullSecretReading.Unanswered _ ->
              known(name)
                  .map(old -> new Known(old.reading(), old.readAt(), now.plus(AFTER_SILENCE)))
                  .orElseGet(() -> new Known(reading, now, now.plus(AFTER_SILENCE)));
          case PullSecretReading.Usable _, PullSecretReading.Unusable _ ->
              new Known(reading, now, now.plus(FRESH));
        };
    lock.lock();
    try {
      secrets.put(name, kept);
      if (secrets.size() > MAX_SECRETS) {
        secrets.remove(secrets.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
    return kept.reading();
  }

  /** Forgets what was read too long ago. */
  void forgetOld() {
    lock.lock();
    try {
      secrets.values().removeIf(known -> !isKept(known));
    } finally {
      lock.unlock();
    }
  }

  void forgetAll() {
    lock.lock();
    try {
      secrets.clear();
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return secrets.size();
    } finally {
      lock.unlock();
    }
  }

  private Optional<Known> known(Name name) {
    lock.lock();
    try {
      return Optional.ofNullable(secrets.get(name)).filter(this::isKept);
    } finally {
      lock.unlock();
    }
  }

  /** A clock that was set back does not make a secret younger. */
  private boolean isKept(Known known) {
    Instant now = clock.instant();
    return !now.isBefore(known.readAt()) && now.isBefore(known.readAt().plus(KEPT));
  }
}
