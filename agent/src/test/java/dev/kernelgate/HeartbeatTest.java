// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.canary.OwnSocket;
import dev.kernelgate.canary.SelfCheck;
import dev.kernelgate.systemd.ServiceNotifier;
import dev.kernelgate.testing.DatagramReceiver;
import dev.kernelgate.testing.SampleNode;
import dev.kernelgate.verification.NodeCondition;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What systemd is told, on a real socket in its place. */
@Timeout(60)
final class HeartbeatTest {

  private static final NodeCondition WELL =
      new NodeCondition("ZoneKernelsVerified", "True", "KernelsTrusted", "2 of 2 pods");
  private static final NodeCondition UNWELL =
      new NodeCondition("ZoneKernelsVerified", "False", "KernelsRejected", "1 of 2 pods");

  @TempDir private Path directory;
  private NodeCondition condition = WELL;
  private boolean answers = true;

  @Test
  void isReadyOnceTheAgentAnswersItself() throws IOException {
    try (DatagramReceiver systemd = systemd()) {
      Heartbeat heartbeat = heartbeat("9000000");
      answers = false;
      heartbeat.beat();
      heartbeat.beat();
      answers = true;
      heartbeat.beat();
      assertThat(systemd.receiveText()).startsWith("STATUS=ZoneKernelsVerified is True");
      assertThat(systemd.receiveText()).isEqualTo("READY=1");
      assertThat(systemd.receiveText()).isEqualTo("WATCHDOG=1");
    }
  }

  @Test
  void feedsTheWatchdogThreeTimesWithinItsTimeAndNotWhileTheAgentIsSilent() throws IOException {
    try (DatagramReceiver systemd = systemd()) {
      Heartbeat heartbeat = heartbeat("9000000");
      heartbeat.beat();
      systemd.receiveText();
      systemd.receiveText();
      systemd.receiveText();
      for (int second = 1; second <= 9; second++) {
        answers = second != 6;
        condition = second == 9 ? UNWELL : WELL;
        heartbeat.beat();
      }
      assertThat(systemd.receiveText()).as("second 3").isEqualTo("WATCHDOG=1");
      assertThat(systemd.receiveText()).as("second 7, after silence").isEqualTo("WATCHDOG=1");
      assertThat(systemd.receiveText())
          .isEqualTo("STATUS=ZoneKernelsVerified is False, KernelsRejected: 1 of 2 pods");
      assertThat(systemd.receiveText()).as("second 9").isEqualTo("WATCHDOG=1");
    }
  }

  @Test
  void theWholeAgentIsReadyAndSaysWhenItStops() throws Exception {
    SampleNode node = SampleNode.copiedTo(directory.resolve("node"));
    try (DatagramReceiver systemd = systemd()) {
      Agent agent =
          TestAgent.start(
              node.config(), Map.of("NOTIFY_SOCKET", address(), "WATCHDOG_USEC", "30000000"));
      String message = systemd.receiveText();
      while (!message.equals("READY=1")) {
        assertThat(message).startsWith("STATUS=");
        message = systemd.receiveText();
      }
      assertThat(systemd.receiveText()).isEqualTo("WATCHDOG=1");
      agent.close();
      while (!message.equals("STOPPING=1")) {
        message = systemd.receiveText();
      }
    }
  }

  @Test
  void anAgentWhoseLoopHangsIsSilent() throws Exception {
    Path socket = directory.resolve("hanging.sock");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        ServerSocketChannel hanging = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      SelfCheck check = new SelfCheck(new OwnSocket(socket, threads), Duration.ofMillis(50));
      assertThat(check.getAsBoolean()).as("no socket").isFalse();
      hanging.bind(UnixDomainSocketAddress.of(socket));
      assertThat(check.getAsBoolean()).as("accepted by the kernel, not by a loop").isFalse();
    }
  }

  private Heartbeat heartbeat(String watchdogMicros) throws IOException {
    return new Heartbeat(
        ServiceNotifier.of(Map.of("NOTIFY_SOCKET", address(), "WATCHDOG_USEC", watchdogMicros), 1),
        () -> List.of(condition),
        () -> answers);
  }

  private String address() {
    return directory.resolve("notify").toString();
  }

  private DatagramReceiver systemd() {
    return DatagramReceiver.at(address());
  }
}
