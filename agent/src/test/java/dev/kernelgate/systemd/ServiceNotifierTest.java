// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kernelgate.testing.DatagramReceiver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real socket in systemd's place. */
@Timeout(60)
final class ServiceNotifierTest {

  private static final long PID = 4711;

  @TempDir private Path directory;

  @Test
  void tellsEachStateInADatagram() throws IOException {
    tellsEachState(directory.resolve("notify").toString());
  }

  @Test
  void tellsAManagerWithAnAbstractName() throws IOException {
    tellsEachState("@kernelgate-test-" + UUID.randomUUID());
  }

  private static void tellsEachState(String address) throws IOException {
    try (DatagramReceiver systemd = DatagramReceiver.at(address)) {
      ServiceNotifier manager = ServiceNotifier.of(Map.of("NOTIFY_SOCKET", address), PID);
      assertThat(manager.isThere()).isTrue();
      assertThat(manager.ready()).isTrue();
      assertThat(systemd.receiveText()).isEqualTo("READY=1");
      assertThat(manager.status("two\nlines, " + "x".repeat(5000))).isTrue();
      assertThat(systemd.receiveText())
          .startsWith("STATUS=two lines, x")
          .hasSize("STATUS=".length() + 1024);
      manager.alive();
      assertThat(systemd.receiveText()).isEqualTo("WATCHDOG=1");
      manager.stopping();
      assertThat(systemd.receiveText()).isEqualTo("STOPPING=1");
    }
  }

  @Test
  void isNotHeldUpByAManagerThatDoesNotListen() throws IOException {
    String address = directory.resolve("notify").toString();
    ServiceNotifier manager = ServiceNotifier.of(Map.of("NOTIFY_SOCKET", address), PID);
    assertThat(manager.ready()).as("nobody is there").isFalse();
    try (DatagramReceiver systemd = DatagramReceiver.at(address)) {
      int told = 0;
      while (manager.status("busy")) {
        told++;
      }
      assertThat(told).isPositive();
      systemd.receive();
      assertThat(manager.ready()).as("there is room again").isTrue();
    }
  }

  @Test
  void tellsNobodyWhereThereIsNoManager() throws IOException {
    ServiceNotifier none = ServiceNotifier.of(Map.of("WATCHDOG_USEC", "1000000"), PID);

    assertThat(none.isThere()).isFalse();
    assertThat(none.watchdog()).isEmpty();
    assertThat(none.ready()).isTrue();
  }

  /** Variables of the watchdog, and the time that they mean; zero is none. */
  record Case(String name, Map<String, String> variables, Duration watchdog) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> watchdogs() {
    return Stream.of(
        new Case("no watchdog", Map.of(), Duration.ZERO),
        new Case("for any process", Map.of("WATCHDOG_USEC", "30000000"), Duration.ofSeconds(30)),
        new Case(
            "for this process",
            Map.of("WATCHDOG_USEC", "500000", "WATCHDOG_PID", "4711"),
            Duration.ofMillis(500)),
        new Case(
            "for another process",
            Map.of("WATCHDOG_USEC", "500000", "WATCHDOG_PID", "1"),
            Duration.ZERO));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("watchdogs")
  void knowsItsWatchdog(Case example) throws IOException {
    Map<String, String> environment = new HashMap<>(example.variables);
    environment.put("NOTIFY_SOCKET", "@nobody");

    assertThat(ServiceNotifier.of(environment, PID).watchdog().orElse(Duration.ZERO))
        .isEqualTo(example.watchdog);
  }

  @ParameterizedTest
  @ValueSource(strings = {"relative", "vsock:2:1234"})
  void refusesAnAddressThatItCannotReach(String address) {
    assertThatThrownBy(() -> ServiceNotifier.of(Map.of("NOTIFY_SOCKET", address), PID))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("NOTIFY_SOCKET");
    assertThatThrownBy(
            () -> ServiceNotifier.of(Map.of("NOTIFY_SOCKET", "@x", "WATCHDOG_USEC", "soon"), PID))
        .isInstanceOf(IOException.class);
  }
}
