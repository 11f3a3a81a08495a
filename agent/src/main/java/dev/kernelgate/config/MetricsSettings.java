// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.config;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Who may read the metrics beside those who may read the socket.
 *
 * @param listen the TCP address at which anybody may; when absent, nobody
 */
public record MetricsSettings(Optional<InetSocketAddress> listen) {

  static MetricsSettings defaults() {
    return new MetricsSettings(Optional.empty());
  }
}
