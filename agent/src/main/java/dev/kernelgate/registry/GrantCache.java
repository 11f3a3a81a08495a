// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Authorizations that worked, by registry and repository, at most {@link #MAX_ENTRIES}; the one
 * that was used longest ago goes first. Owns its map, guarded by a lock.
 */
final class GrantCache {

  /** Repositories remembered at once. */
  static final int MAX_ENTRIES = 256;

  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Grant> grants = new LinkedHashMap<>(16, 0.75f, true);

  private record Grant(String header, Instant expiry) {
    @Override
    public String toString() {
      return "Grant[hidden, until " + expiry + "]";
    }
  }

  GrantCache(InstantSource clock) {
    this.clock = clock;
  }

  Optional<String> get(Location location) {
    lock.lock();
    try {
      return Optional.ofNullable(grants.get(location.name()))
          .filter(grant -> clock.instant().isBefore(grant.expiry()))
          .map(Grant::header);
    } finally {
      lock.unlock();
    }
  }

  void put(Location location, String header, Duration lifetime) {
    lock.lock();
    try {
      grants.put(location.name(), new Grant(header, clock.instant().plus(lifetime)));
      if (grants.size() > MAX_ENTRIES) {
        grants.remove(grants.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
  }

  void remove(Location location) {
    lock.lock();
    try {
      grants.remove(location.name());
    } finally {
      lock.unlock();
    }
  }
}
