// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kernelgate.testing.UnixHttpClient;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SocketFileTest {

  private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-rw----");

  @TempDir private Path directory;

  @Test
  void givesTheSocketAndItsDirectoryTheirModes() throws IOException {
    Path socket = directory.resolve("run").resolve("gate.sock");
    try (SocketServer _ = open(socket)) {
      assertThat(mode(socket)).isEqualTo("rw-rw----");
      assertThat(mode(directory.resolve("run"))).isEqualTo("rwxr-x---");
    }
  }

  @Test
  void removesTheSocketWhenItCloses() throws IOException {
    Path socket = directory.resolve("gate.sock");
    open(socket).close();
    assertThat(socket).doesNotExist();
    assertThat(directory.resolve("gate.sock.new")).doesNotExist();
  }

  @Test
  void replacesAStaleSocket() throws IOException {
    Path socket = directory.resolve("gate.sock");
    ServerSocketChannel abandoned = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    abandoned.bind(UnixDomainSocketAddress.of(socket));
    abandoned.close();
    assertThat(socket).exists();
    try (SocketServer _ = open(socket);
        UnixHttpClient client = UnixHttpClient.connect(socket)) {
      assertThat(client.get("/healthz").status()).isEqualTo(200);
    }
  }

  @Test
  void neverStealsALiveSocket() throws IOException {
    Path socket = directory.resolve("gate.sock");
    try (ServerSocketChannel live = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      live.bind(UnixDomainSocketAddress.of(socket));
      assertThatThrownBy(() -> open(socket))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Another process answers");
      assertThat(socket).exists();
    }
  }

  @Test
  void keepsTwoAgentsApart() throws IOException {
    Path socket = directory.resolve("gate.sock");
    try (SocketServer _ = open(socket)) {
      assertThatThrownBy(() -> open(socket)).hasMessageContaining("Another process answers");
      try (UnixHttpClient client = UnixHttpClient.connect(socket)) {
        assertThat(client.get("/healthz").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void keepsAFileThatIsNoSocket() throws IOException {
    Path file = Files.writeString(directory.resolve("gate.sock"), "precious");
    assertThatThrownBy(() -> open(file)).hasMessageContaining("is not a socket");
    assertThat(file).hasContent("precious");
  }

  @Test
  void leavesASocketThatAnotherProcessPutThere() throws IOException {
    Path socket = directory.resolve("gate.sock");
    SocketServer server = open(socket);
    Files.delete(socket);
    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(socket));
      server.close();
      assertThat(socket).exists();
    }
  }

  @Test
  void refusesAPathThatIsTooLongForASocket() {
    Path socket = directory.resolve("a".repeat(120));
    assertThatThrownBy(() -> open(socket)).hasMessageContaining("longer than 103 bytes");
  }

  @Test
  void namesTheGroupThatDoesNotExist() {
    Path socket = directory.resolve("gate.sock");
    SocketSettings settings =
        SocketSettings.at(
            socket, MODE, Optional.of("no-such-group"), PeerRights.NOBODY, Duration.ofSeconds(1));
    assertThatThrownBy(() -> SocketServer.open(settings, new FakeGate(), System::nanoTime))
        .isInstanceOf(IOException.class);
    assertThat(socket).doesNotExist();
  }

  private SocketServer open(Path socket) throws IOException {
    PeerRights rights =
        PeerRights.full(
            Set.of((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid")), Set.of());
    return SocketServer.open(
        SocketSettings.at(socket, MODE, Optional.empty(), rights, Duration.ofSeconds(1)),
        new FakeGate(),
        System::nanoTime);
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
