// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.metrics.AgentMetrics;
import dev.kernelgate.socket.Gate;
import dev.kernelgate.socket.MetricsPort;
import dev.kernelgate.socket.SocketServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Where the agent is asked: the socket of launchers and, where wanted, a port for its metrics. */
final class Entrances implements AutoCloseable {

  /** A Prometheus waits ten seconds for its answer, as it comes. */
  private static final Duration METRICS_CONNECTION = Duration.ofSeconds(10);

  private final SocketServer socket;
  private final Optional<MetricsPort> metricsPort;

  private Entrances(SocketServer socket, Optional<MetricsPort> metricsPort) {
    this.socket = socket;
    this.metricsPort = metricsPort;
  }

  /**
   * Begins to answer.
   *
   * @throws IOException if the socket or the port cannot be opened; the message is a sentence
   */
  static Entrances open(AgentConfig config, Gate gate, Surroundings surroundings)
      throws IOException {
    SocketServer socket = AgentSocket.open(config, gate, surroundings);
    try {
      return new Entrances(socket, metricsPort(config, gate));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  void show(AgentMetrics metrics) {
    metrics.gauge("kernelgate_connections", "Connections to the socket.", socket::openConnections);
  }

  @Override
  public void close() throws IOException {
    metricsPort.ifPresent(MetricsPort::close);
    socket.close();
  }

  private static Optional<MetricsPort> metricsPort(AgentConfig config, Gate gate)
      throws IOException {
    return config.metrics().listen().isEmpty()
        ? Optional.empty()
        : Optional.of(
            MetricsPort.open(config.metrics().listen().get(), gate::metrics, METRICS_CONNECTION));
  }
}
