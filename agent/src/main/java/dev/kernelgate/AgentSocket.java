// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.socket.Gate;
import dev.kernelgate.socket.InheritedSocket;
import dev.kernelgate.socket.SocketServer;
import dev.kernelgate.socket.SocketSettings;
import java.io.IOException;
import java.util.Optional;

/** Where the agent is asked. */
final class AgentSocket {

  private AgentSocket() {}

  /**
   * Opens the socket that the service manager passed, else one of our own.
   *
   * @throws IOException if neither can be; the message is a sentence
   */
  static SocketServer open(AgentConfig config, Gate gate, Surroundings surroundings)
      throws IOException {
    Optional<InheritedSocket> inherited =
        InheritedSocket.find(surroundings.environment(), ProcessHandle.current().pid());
    return inherited.isPresent()
        ? SocketServer.inherit(inherited.get(), settings(config), gate, surroundings.nanoTime())
        : SocketServer.open(settings(config), gate, surroundings.nanoTime());
  }

  private static SocketSettings settings(AgentConfig config) throws IOException {
    AgentConfig.Socket configured = config.socket();
    return SocketSettings.at(
        configured.path(),
        configured.permissions(),
        configured.group(),
        SocketRights.of(configured),
        config.checks().deadline());
  }
}
