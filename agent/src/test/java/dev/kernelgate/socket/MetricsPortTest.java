// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class MetricsPortTest {

  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Gate.Document METRICS =
      new Gate.Document("text/plain", "kernelgate_checks 0\n".getBytes(StandardCharsets.US_ASCII));

  private MetricsPort port;

  @BeforeEach
  void open() throws IOException {
    port = open(LONG);
  }

  @AfterEach
  void close() {
    port.close();
  }

  @Test
  void servesTheMetricsAndEnds() throws IOException {
    assertThat(ask("GET /metrics HTTP/1.1\r\nHost: node\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("Connection: close\r\n")
        .endsWith("\r\n\r\nkernelgate_checks 0\n");
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "GET /v1/decide?image=a HTTP/1.1,404",
    "GET /v1/status HTTP/1.1,404",
    "GET / HTTP/1.1,404",
    "POST /metrics HTTP/1.1,405",
    "no HTTP at all,400"
  })
  void servesNothingElse(String line, int status) throws IOException {
    assertThat(ask(line + "\r\n\r\n")).startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void answersTheFirstRequestOfAConnectionOnly() throws IOException {
    String answers = ask("GET /metrics HTTP/1.1\r\n\r\n".repeat(3));
    assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(2);
  }

  @Test
  void endsAConnectionThatSendsNothing() throws IOException {
    try (MetricsPort impatient = open(Duration.ofMillis(50));
        Socket silent = connect(impatient)) {
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void takesSixteenConnectionsAtOnce() throws IOException {
    List<Socket> crowd = new ArrayList<>();
    try {
      for (int i = 0; i < 16; i++) {
        crowd.add(connect(port));
      }
      assertThat(endsAtOnce(connect(port))).isTrue();
    } finally {
      for (Socket socket : crowd) {
        socket.close();
      }
    }
  }

  @Test
  void saysWhichAddressCannotBeBound() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> MetricsPort.open(port.address(), () -> METRICS, LONG).close())
        .withMessageMatching("Metrics cannot be served at .*:[0-9]+\\.");
  }

  private static MetricsPort open(Duration connectionTime) throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return MetricsPort.open(anyPort, () -> METRICS, connectionTime);
  }

  private static Socket connect(MetricsPort port) throws IOException {
    return new Socket(port.address().getAddress(), port.address().getPort());
  }

  private static boolean endsAtOnce(Socket socket) throws IOException {
    try (socket) {
      return socket.getInputStream().read() < 0;
    } catch (SocketException _) {
      return true;
    }
  }

  private String ask(String request) throws IOException {
    try (Socket socket = connect(port);
        InputStream answer = socket.getInputStream()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(answer.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
