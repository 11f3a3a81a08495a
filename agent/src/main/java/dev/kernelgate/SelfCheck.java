// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Asks the agent for its health as a launcher would, over its socket. It answers when its event
 * loop runs; what it answers does not matter, nor that it turns somebody away when it has too many
 * guests. Silence and a socket that is not there are no answer. Waits on a thread of its own, for a
 * bounded time.
 */
final class SelfCheck implements BooleanSupplier {

  private static final String REQUEST =
      "GET /healthz HTTP/1.1\r\nHost: kernelgate\r\nConnection: close\r\n\r\n";

  private final Path socket;
  private final ExecutorService threads;
  private final Duration patience;

  SelfCheck(Path socket, ExecutorService threads, Duration patience) {
    this.socket = socket;
    this.threads = threads;
    this.patience = patience;
  }

  @Override
  public boolean getAsBoolean() {
    Future<Boolean> answer = threads.submit(this::ask);
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      // Ends what still waits: an interrupt closes its channel.
      answer.cancel(true);
    }
  }

  private boolean ask() throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(ByteBuffer.wrap(REQUEST.getBytes(StandardCharsets.US_ASCII)));
      channel.read(ByteBuffer.allocate(1));
      return true;
    }
  }
}
