// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One connection to a Unix socket that sends exactly the bytes it is given and reads one HTTP/1.1
 * response at a time. Not safe for concurrent use.
 */
public final class UnixHttpClient implements AutoCloseable {

  /**
   * A response.
   *
   * @param headers names in lower case
   */
  public record Response(int status, Map<String, String> headers, String body) {}

  private final SocketChannel channel;
  private final InputStream input;

  private UnixHttpClient(SocketChannel channel) {
    this.channel = channel;
    this.input = Channels.newInputStream(channel);
  }

  /** Connects, or fails as connect(2) does. */
  public static UnixHttpClient connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new UnixHttpClient(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Sends a GET and reads its response. */
  public Response get(String target) {
    send("GET " + target + " HTTP/1.1\r\nHost: kernelgate\r\n\r\n");
    return read();
  }

  /** Sends a POST with this body and reads its response. */
  public Response post(String target, String body) {
    send(
        "POST %s HTTP/1.1\r\nHost: kernelgate\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(target, body.getBytes(StandardCharsets.UTF_8).length, body));
    return read();
  }

  /** Sends these bytes and nothing else. */
  public void send(String bytes) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1));
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says that nothing more will be sent. */
  public void endSending() throws IOException {
    channel.shutdownOutput();
  }

  /** Reads one response; fails when the connection ends before it is whole. */
  public Response read() {
    try {
      String statusLine = line();
      Map<String, String> headers = new LinkedHashMap<>();
      for (String line = line(); !line.isEmpty(); line = line()) {
        int colon = line.indexOf(':');
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
      String body = new String(input.readNBytes(length), StandardCharsets.UTF_8);
      return new Response(Integer.parseInt(statusLine.substring(9, 12)), headers, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads until the other side ends the connection; false if anything came before that. */
  public boolean endsSilently() {
    try {
      return input.read() < 0;
    } catch (IOException _) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = input.read(); next != '\n'; next = input.read()) {
      if (next < 0) {
        throw new IOException("the connection ended within a response");
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }
}
