// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service manager that started this process, told by sd_notify(3) how it is. Each message is
 * one datagram that is sent without waiting; a manager whose queue is full is told again by whoever
 * tells regularly. Where there is no manager, nothing is told. Safe for any thread.
 */
public final class ServiceNotifier {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceNotifier.class);

  /** systemd ignores messages beyond 4096 bytes. */
  private static final int MAX_STATUS = 1024;

  private final Optional<UnixDatagram> socket;
  private final Optional<Duration> watchdog;

  private ServiceNotifier(Optional<UnixDatagram> socket, Optional<Duration> watchdog) {
    this.socket = socket;
    this.watchdog = watchdog;
  }

  /**
   * A notifier for the manager that the environment names.
   *
   * @param environment with {@code NOTIFY_SOCKET}, {@code WATCHDOG_USEC} and {@code WATCHDOG_PID}
   * @param pid this process
   * @throws IOException if what it names cannot be used; the message is a sentence
   */
  public static ServiceNotifier of(Map<String, String> environment, long pid) throws IOException {
    String address = environment.getOrDefault("NOTIFY_SOCKET", "");
    if (address.isEmpty()) {
      return new ServiceNotifier(Optional.empty(), Optional.empty());
    }
    try {
      return new ServiceNotifier(
          Optional.of(UnixDatagram.to(address)), watchdog(environment, String.valueOf(pid)));
    } catch (IOException | NumberFormatException e) {
      throw new IOException(
          "The service manager's NOTIFY_SOCKET or WATCHDOG_USEC cannot be used.", e);
    }
  }

  /** Whether there is a manager. */
  public boolean isThere() {
    return socket.isPresent();
  }

  /** The time within which it wants a sign of life, if it wants any. */
  public Optional<Duration> watchdog() {
    return watchdog;
  }

  /**
   * The service does its work.
   *
   * @return whether the manager knows now
   */
  public boolean ready() {
    return tell("READY=1");
  }

  /** A sign of life. */
  public void alive() {
    var _ = tell("WATCHDOG=1");
  }

  /**
   * One line about the state of the service, for {@code systemctl status}.
   *
   * @return whether the manager knows now
   */
  public boolean status(String line) {
    String shown = line.replaceAll("\\p{Cntrl}", " ");
    return tell("STATUS=" + shown.substring(0, Math.min(MAX_STATUS, shown.length())));
  }

  /** The service is about to end. */
  public void stopping() {
    var _ = tell("STOPPING=1");
  }

  private boolean tell(String message) {
    try {
      return socket.isEmpty() || socket.get().offer(message.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.debug("the service manager was not told", e);
      return false;
    }
  }

  /** The watchdog may be meant for another process (sd_watchdog_enabled(3)). */
  private static Optional<Duration> watchdog(Map<String, String> environment, String pid) {
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    return micros.isEmpty() || !environment.getOrDefault("WATCHDOG_PID", pid).equals(pid)
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(Math.multiplyExact(Long.parseLong(micros), 1000L)));
  }
}
