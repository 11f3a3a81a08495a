// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kernelgate.testing.UnixHttpClient;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
final class InheritedSocketTest {

  private static final long PID = 4711;

  @TempDir private Path directory;

  /** A socket that waits already, as the service manager makes one. */
  private InheritedSocket listening(Path path) throws IOException {
    Epoll.ensureAvailability();
    Socket socket = Socket.newSocketDomain();
    socket.bind(new DomainSocketAddress(path.toString()));
    socket.listen(16);
    return new InheritedSocket(socket.intValue());
  }

  @Test
  void answersOnTheSocketAndLeavesItsNameWhenItEnds() throws IOException {
    SocketSettings settings = TestServer.settings(directory, TestServer.everything());
    InheritedSocket inherited = listening(settings.path());
    inherited.requireUsable();
    FakeGate gate = new FakeGate();
    // Connected before anybody answers: the question waits in the socket.
    try (UnixHttpClient early = UnixHttpClient.connect(settings.path())) {
      SocketServer server = SocketServer.inherit(inherited, settings, gate, System::nanoTime);
      assertThat(early.get("/v1/decide?image=trusted").status()).isEqualTo(200);
      assertThat(gate.peers)
          .singleElement()
          .satisfies(peer -> assertThat(peer.uid()).isEqualTo(TestServer.ownUid()));
      try (UnixHttpClient late = UnixHttpClient.connect(settings.path())) {
        assertThat(late.get("/healthz").status()).isEqualTo(200);
      }
      server.close();
    }
    assertThat(Files.exists(settings.path())).isTrue();
    assertThat(directory.resolve("gate.sock.lock")).doesNotExist();
  }

  @Test
  void isNotThereForAnotherProcessOrWithoutTheVariables() throws IOException {
    assertThat(InheritedSocket.find(Map.of(), PID)).isEmpty();
    assertThat(InheritedSocket.find(Map.of("LISTEN_FDS", "1"), PID)).isEmpty();
    assertThat(InheritedSocket.find(Map.of("LISTEN_FDS", "1", "LISTEN_PID", "4712"), PID))
        .isEmpty();
    assertThat(InheritedSocket.find(Map.of("LISTEN_FDS", "0", "LISTEN_PID", "4711"), PID))
        .isEmpty();
  }

  @Test
  void refusesSeveralSockets() {
    assertThatThrownBy(
            () -> InheritedSocket.find(Map.of("LISTEN_FDS", "2", "LISTEN_PID", "4711"), PID))
        .hasMessageContaining("one ListenStream");
  }

  @Test
  void refusesWhatIsNoSocket() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    try (FileChannel _ = FileChannel.open(file)) {
      InheritedSocket notOne = new InheritedSocket(descriptorOf(file));
      assertThatThrownBy(notOne::requireUsable).hasMessageContaining("is no socket");
    }
  }

  @Test
  void refusesASocketThatBlocks() throws IOException {
    try (java.net.ServerSocket blocking = new java.net.ServerSocket()) {
      blocking.bind(null);
      assertThatThrownBy(() -> new InheritedSocket(blockingDescriptor()).requireUsable())
          .hasMessageContaining("NonBlocking=yes");
    }
  }

  private static int descriptorOf(Path file) throws IOException {
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors
          .filter(descriptor -> pointsTo(descriptor, file.toString()))
          .mapToInt(descriptor -> Integer.parseInt(descriptor.getFileName().toString()))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Any socket of this process whose flags lack O_NONBLOCK: the one just made is among them. */
  private static int blockingDescriptor() throws IOException {
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors
          .filter(descriptor -> pointsTo(descriptor, "socket:"))
          .mapToInt(descriptor -> Integer.parseInt(descriptor.getFileName().toString()))
          .filter(InheritedSocketTest::blocks)
          .findFirst()
          .orElseThrow();
    }
  }

  private static boolean blocks(int descriptor) {
    try {
      String flags =
          Files.readAllLines(Path.of("/proc/self/fdinfo/" + descriptor)).stream()
              .filter(line -> line.startsWith("flags:"))
              .findFirst()
              .orElseThrow();
      return (Integer.parseInt(flags.substring(6).strip(), 8) & 04000) == 0;
    } catch (IOException _) {
      return false;
    }
  }

  private static boolean pointsTo(Path descriptor, String beginning) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith(beginning);
    } catch (IOException _) {
      return false;
    }
  }
}
