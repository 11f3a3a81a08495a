// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.canary;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The agent's socket as a launcher sees it. Each question has a connection and a thread of its own,
 * and is given up after a bounded time. Safe for any thread.
 *
 * @param threads where to wait
 */
public record OwnSocket(Path path, ExecutorService threads) {

  /** Sends a request and reads at most so many bytes of what comes back; empty in silence. */
  Optional<byte[]> exchange(String request, int maxBytes, Duration patience) {
    Future<byte[]> answer = threads.submit(() -> ask(request, maxBytes));
    try {
      return Optional.of(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException | TimeoutException _) {
      return Optional.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      // Ends what still waits: an interrupt closes its channel.
      answer.cancel(true);
    }
  }

  private byte[] ask(String request, int maxBytes) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(path));
      ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      return Channels.newInputStream(channel).readNBytes(maxBytes);
    }
  }
}
