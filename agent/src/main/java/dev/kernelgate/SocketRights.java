// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.node.UnixGroups;
import dev.kernelgate.socket.PeerRights;
import dev.kernelgate.socket.Right;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns the configured users and groups into the rights of peers. Used by one thread. */
final class SocketRights {

  private static final int ROOT = 0;

  private final Map<Integer, Set<Right>> users = new HashMap<>();
  private final Map<Integer, Set<Right>> groups = new HashMap<>();

  private SocketRights() {}

  /**
   * Every right for root and for whoever runs the agent; each other right for those it names, or
   * for the socket's group when it names nobody.
   *
   * @throws IOException if a group is not known here; the message is a sentence
   */
  static PeerRights of(AgentConfig.Socket socket) throws IOException {
    SocketRights rights = new SocketRights();
    for (Right right : Right.values()) {
      grant(rights.users, ROOT, right);
      grant(rights.users, ownUid(), right);
      AgentConfig.Peers named = named(socket.rights(), right).orElseGet(() -> usual(socket));
      rights.grant(right, named.users(), named.groups());
    }
    return new PeerRights(rights.users, rights.groups);
  }

  private void grant(Right right, Set<Integer> uids, Set<String> groupNames) throws IOException {
    uids.forEach(uid -> grant(users, uid, right));
    for (String name : groupNames) {
      grant(groups, UnixGroups.gid(name), right);
    }
  }

  private static void grant(Map<Integer, Set<Right>> granted, int id, Right right) {
    granted.computeIfAbsent(id, _ -> EnumSet.noneOf(Right.class)).add(right);
  }

  private static Optional<AgentConfig.Peers> named(AgentConfig.Rights rights, Right right) {
    return switch (right) {
      case DECIDE -> rights.decide();
      case READ -> rights.read();
      case ADMIN -> rights.admin();
    };
  }

  private static AgentConfig.Peers usual(AgentConfig.Socket socket) {
    return new AgentConfig.Peers(Set.of(), socket.group().map(Set::of).orElse(Set.of()));
  }

  private static int ownUid() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }
}
