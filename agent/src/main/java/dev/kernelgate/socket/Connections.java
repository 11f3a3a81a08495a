// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The open connections, bounded. Confined to the one event loop but for their number. When all
 * places are taken, whoever has been silent longest makes room: a crowd of idle connections cannot
 * lock anybody out.
 */
final class Connections {

  private final int most;
  private final LongSupplier nanoTime;
  private final Set<Connection> open = new HashSet<>();
  private volatile int count;

  Connections(int most, LongSupplier nanoTime) {
    this.most = most;
    this.nanoTime = nanoTime;
  }

  /**
   * Takes a connection in.
   *
   * @return false when every other one is being answered
   */
  boolean admit(Connection connection) {
    if (open.size() >= most) {
      Optional<Connection> silent = longestSilent();
      if (silent.isEmpty()) {
        return false;
      }
      open.remove(silent.get());
      silent.get().close();
    }
    open.add(connection);
    count = open.size();
    return true;
  }

  void forget(Connection connection) {
    open.remove(connection);
    count = open.size();
  }

  /** How many there are; safe for any thread. */
  int count() {
    return count;
  }

  /** Ends the connections that were idle or sending for too long. */
  void sweep() {
    long now = nanoTime.getAsLong();
    for (Connection connection : List.copyOf(open)) {
      if (connection.pace().isOver(now)) {
        connection.endLate();
      }
    }
  }

  /** Ends every connection; those that wait for an answer hear nothing, which means no. */
  void closeAll() {
    List.copyOf(open).forEach(Connection::close);
  }

  private Optional<Connection> longestSilent() {
    long now = nanoTime.getAsLong();
    return open.stream()
        .filter(connection -> connection.pace().phase() != Pace.Phase.ANSWERING)
        .max(Comparator.comparingLong(connection -> now - connection.pace().sinceNanos()));
  }
}
