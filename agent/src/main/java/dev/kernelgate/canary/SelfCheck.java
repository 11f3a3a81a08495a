// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.canary;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Asks the agent for its health as a launcher would. It answers when its event loop runs; what it
 * answers does not matter, nor that it turns somebody away when it has too many guests. Silence and
 * a socket that is not there are no answer. Waits for a bounded time.
 */
public record SelfCheck(OwnSocket socket, Duration patience) implements BooleanSupplier {

  private static final String REQUEST =
      "GET /healthz HTTP/1.1\r\nHost: kernelgate\r\nConnection: close\r\n\r\n";

  @Override
  public boolean getAsBoolean() {
    return socket.exchange(REQUEST, 1, patience).isPresent();
  }
}
