// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Asks the agent on its socket, one connection for each question. */
final class AgentClient {

  private static final int MAX_BYTES = 16 * 1024 * 1024;

  private final Path socket;

  AgentClient(Path socket) {
    this.socket = socket;
  }

  /**
   * Asks for a document.
   *
   * @throws IOException if the agent does not answer, or not with 200
   */
  JsonObject get(String path) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      String request = "GET " + path + " HTTP/1.1\r\nHost: kernelgate\r\nConnection: close\r\n\r\n";
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      return body(path, Channels.newInputStream(channel).readNBytes(MAX_BYTES));
    }
  }

  private static JsonObject body(String path, byte[] response) throws IOException {
    String text = new String(response, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      throw new IOException("the answer to " + path + " is not whole");
    }
    if (!text.startsWith("HTTP/1.1 200 ")) {
      throw new IOException(
          "the answer to " + path + " is '" + text.substring(0, text.indexOf("\r\n")) + "'");
    }
    try {
      return JsonReader.read(Arrays.copyOfRange(response, end + 4, response.length));
    } catch (MalformedJsonException e) {
      throw new IOException("the answer to " + path + " is malformed", e);
    }
  }
}
