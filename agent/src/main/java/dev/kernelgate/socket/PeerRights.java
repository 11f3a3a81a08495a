// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import dev.kernelgate.verification.Peer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which users and groups have which right. Who is not named has none.
 *
 * @param users rights by effective user id
 * @param groups rights by effective group id
 */
public record PeerRights(Map<Integer, Set<Right>> users, Map<Integer, Set<Right>> groups) {

  /** Nobody may do anything. */
  public static final PeerRights NOBODY = new PeerRights(Map.of(), Map.of());

  public PeerRights {
    users = Map.copyOf(users);
    groups = Map.copyOf(groups);
  }

  /** Every right for these users and groups. */
  public static PeerRights full(Set<Integer> uids, Set<Integer> gids) {
    return new PeerRights(everyRight(uids), everyRight(gids));
  }

  boolean allow(Peer peer, Right right) {
    return users.getOrDefault(peer.uid(), Set.of()).contains(right)
        || groups.getOrDefault(peer.gid(), Set.of()).contains(right);
  }

  /** Whether the peer may do anything at all. */
  boolean know(Peer peer) {
    return Arrays.stream(Right.values()).anyMatch(right -> allow(peer, right));
  }

  private static Map<Integer, Set<Right>> everyRight(Set<Integer> ids) {
    return ids.stream()
        .collect(
            Collectors.toUnmodifiableMap(id -> id, _ -> Set.copyOf(EnumSet.allOf(Right.class))));
  }
}
