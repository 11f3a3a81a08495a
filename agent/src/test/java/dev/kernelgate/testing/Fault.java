// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/** An answer that a good registry would not give. */
@FunctionalInterface
public interface Fault {

  /**
   * Answers a request.
   *
   * @param closed counted down when the registry closes, so that no fault outlives its test
   */
  void answer(HttpExchange exchange, CountDownLatch closed)
      throws IOException, InterruptedException;

  /** A complete answer with these headers and this body. */
  static Fault answer(int status, Map<String, String> headers, String body) {
    return answer(status, headers, body.getBytes(StandardCharsets.UTF_8));
  }

  /** A complete answer with these headers and this body. */
  static Fault answer(int status, Map<String, String> headers, byte[] body) {
    return (exchange, _) -> {
      headers.forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    };
  }

  /** A status without body. */
  static Fault status(int status) {
    return answer(status, Map.of(), "");
  }

  /** A page as proxies and portals send it. */
  static Fault page(int status) {
    return answer(
        status, Map.of("Content-Type", "text/html; charset=utf-8"), "<html>Sign in</html>");
  }

  /** A redirect. */
  static Fault redirect(int status, String location) {
    return answer(status, Map.of("Location", location), "");
  }

  /** No answer at all until the registry closes. */
  static Fault hang() {
    return (_, closed) -> closed.await();
  }

  /** A connection that is closed instead of an answer. */
  static Fault hangUp() {
    return (exchange, _) -> exchange.close();
  }

  /** Fewer bytes than the headers announce. */
  static Fault cutShort(String mediaType, byte[] sent, long announced) {
    return (exchange, _) -> {
      exchange.getResponseHeaders().set("Content-Type", mediaType);
      exchange.sendResponseHeaders(200, announced);
      exchange.getResponseBody().write(sent);
      exchange.getResponseBody().flush();
    };
  }

  /** A byte at a time, for ever. */
  static Fault drip(String mediaType) {
    return (exchange, closed) -> {
      exchange.getResponseHeaders().set("Content-Type", mediaType);
      exchange.sendResponseHeaders(200, 0);
      while (!closed.await(20, TimeUnit.MILLISECONDS)) {
        exchange.getResponseBody().write(' ');
        exchange.getResponseBody().flush();
      }
    };
  }

  /** A stream of that many spaces, its length not announced. */
  static Fault stream(String mediaType, long bytes) {
    return (exchange, _) -> {
      exchange.getResponseHeaders().set("Content-Type", mediaType);
      exchange.sendResponseHeaders(200, 0);
      writeSpaces(exchange.getResponseBody(), bytes);
    };
  }

  /** That many spaces, announced. */
  static Fault announced(String mediaType, long bytes) {
    return (exchange, _) -> {
      exchange.getResponseHeaders().set("Content-Type", mediaType);
      exchange.sendResponseHeaders(200, bytes);
      writeSpaces(exchange.getResponseBody(), bytes);
    };
  }

  /** A small gzip body that unfolds to that many bytes. */
  static Fault gzipBomb(String mediaType, long unfolded) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      writeSpaces(gzip, unfolded);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer(
        200, Map.of("Content-Type", mediaType, "Content-Encoding", "gzip"), packed.toByteArray());
  }

  private static void writeSpaces(OutputStream stream, long bytes) throws IOException {
    byte[] spaces = " ".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
    for (long left = bytes; left > 0; left -= spaces.length) {
      stream.write(spaces, 0, (int) Math.min(left, spaces.length));
    }
  }
}
