// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Where the socket is, who may use it, and how much of the agent its users can occupy.
 *
 * @param path the socket file; its directory is made when it is missing
 * @param permissions of the socket file
 * @param group group of the socket file and of the directory when that is made; empty leaves the
 *     agent's own
 * @param rights who may do what
 * @param decideBudget time for a decision when the request names none, 1 ms to {@link
 *     #MAX_DECIDE_BUDGET}
 * @param maxConnections connections at once; one more closes the one that is idle longest
 * @param requestTime time from a request's first byte to its last
 * @param idleTime time between two requests of a connection
 */
public record SocketSettings(
    Path path,
    Set<PosixFilePermission> permissions,
    Optional<String> group,
    PeerRights rights,
    Duration decideBudget,
    int maxConnections,
    Duration requestTime,
    Duration idleTime) {

  /** The longest time that a request can ask for. */
  public static final Duration MAX_DECIDE_BUDGET = Duration.ofSeconds(60);

  /** Longest request line, and longest header section. */
  static final int MAX_HEADER_BYTES = 8 * 1024;

  /** Longest request body. */
  static final int MAX_BODY_BYTES = 16 * 1024;

  public SocketSettings {
    permissions = Set.copyOf(permissions);
    if (decideBudget.toMillis() < 1 || decideBudget.compareTo(MAX_DECIDE_BUDGET) > 0) {
      throw new IllegalArgumentException("the time for a decision is not 1 ms to 60 s");
    }
    if (maxConnections < 1) {
      throw new IllegalArgumentException("nobody could ever connect");
    }
  }

  /** The usual limits: 1024 connections, 10 s for a request, 5 min idle. */
  public static SocketSettings at(
      Path path,
      Set<PosixFilePermission> permissions,
      Optional<String> group,
      PeerRights rights,
      Duration decideBudget) {
    return new SocketSettings(
        path,
        permissions,
        group,
        rights,
        decideBudget,
        1024,
        Duration.ofSeconds(10),
        Duration.ofMinutes(5));
  }
}
