// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A proxy that brings every connection to one registry, whatever host was asked for, so that tests
 * can use names that resolve nowhere. CONNECT tunnels; any other request has its address shortened
 * to the path and is passed on. Each connection runs on virtual threads.
 */
public final class TestProxy implements AutoCloseable {

  private final ServerSocket listener;
  private final int targetPort;
  private final Queue<String> requestLines = new ConcurrentLinkedQueue<>();
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();

  /** A proxy to the registry. */
  public TestProxy(TestRegistry target) {
    try {
      this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.targetPort = target.port();
    Thread.startVirtualThread(this::accept);
  }

  /** Its address as settings name it. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** The first line of every connection so far. */
  public List<String> requestLines() {
    return List.copyOf(requestLines);
  }

  @Override
  public void close() {
    closeQuietly(listener);
    open.forEach(TestProxy::closeQuietly);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        open.add(client);
        Thread.startVirtualThread(() -> serve(client));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket target = new Socket(InetAddress.getLoopbackAddress(), targetPort)) {
      open.add(target);
      InputStream fromClient = client.getInputStream();
      String line = readLine(fromClient);
      requestLines.add(line);
      if (line.startsWith("CONNECT ")) {
        while (!readLine(fromClient).isEmpty()) {
          // The headers of CONNECT are for the proxy.
        }
        send(client.getOutputStream(), "HTTP/1.1 200 OK\r\n\r\n");
      } else {
        send(target.getOutputStream(), line.replaceFirst("http://[^/]+", "") + "\r\n");
      }
      Thread.startVirtualThread(() -> copy(client, target));
      target.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException _) {
      // One of the two hung up.
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException _) {
      closeQuietly(to);
    }
  }

  private static String readLine(InputStream stream) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = stream.read(); c >= 0 && c != '\n'; c = stream.read()) {
      line.append((char) c);
    }
    return line.toString().stripTrailing();
  }

  private static void send(OutputStream stream, String text) throws IOException {
    stream.write(text.getBytes(StandardCharsets.US_ASCII));
    stream.flush();
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception _) {
      // It is gone either way.
    }
  }
}
