// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import dev.kernelgate.testing.UnixHttpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** A server in front of a fake gate, on a socket in a test's directory. */
final class TestServer implements AutoCloseable {

  final FakeGate gate;
  private final Path socket;
  private final SocketServer server;

  private TestServer(FakeGate gate, SocketSettings settings) throws IOException {
    this.gate = gate;
    this.socket = settings.path();
    this.server = SocketServer.open(settings, gate, System::nanoTime);
  }

  /** With the usual limits. */
  static TestServer open(Path directory, PeerRights rights) throws IOException {
    return new TestServer(new FakeGate(), settings(directory, rights));
  }

  /** With other times for a request and between requests. */
  static TestServer open(Path directory, Duration requestTime, Duration idleTime)
      throws IOException {
    SocketSettings usual = settings(directory, everything());
    return new TestServer(
        new FakeGate(),
        new SocketSettings(
            usual.path(),
            usual.permissions(),
            usual.group(),
            usual.rights(),
            usual.decideBudget(),
            usual.maxConnections(),
            requestTime,
            idleTime));
  }

  static SocketSettings settings(Path directory, PeerRights rights) {
    return SocketSettings.at(
        directory.resolve("gate.sock"),
        PosixFilePermissions.fromString("rw-rw----"),
        Optional.empty(),
        rights,
        Duration.ofSeconds(10));
  }

  /** Every right for the user of the tests. */
  static PeerRights everything() {
    return PeerRights.full(Set.of(ownUid()), Set.of());
  }

  static int ownUid() {
    try {
      return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new AssertionError("Linux has /proc", e);
    }
  }

  UnixHttpClient connect() throws IOException {
    return UnixHttpClient.connect(socket);
  }

  Path path() {
    return socket;
  }

  int openConnections() {
    return server.openConnections();
  }

  @Override
  public void close() throws IOException {
    gate.letGo.countDown();
    server.close();
  }
}
