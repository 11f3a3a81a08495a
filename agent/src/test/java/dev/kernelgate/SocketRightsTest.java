// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.config.ConfigFile;
import dev.kernelgate.socket.PeerRights;
import dev.kernelgate.socket.Right;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SocketRightsTest {

  private static final Set<Right> ALL = Set.of(Right.values());

  @TempDir private Path directory;

  private PeerRights rights(String socket) throws Exception {
    Path file = directory.resolve("kernelgate.yaml");
    Files.writeString(file, "socket: " + socket + "\n");
    return SocketRights.of(ConfigFile.load(file).socket());
  }

  @Test
  void givesRootAndTheAgentsUserEveryRightByDefaultAndNobodyElse() throws IOException {
    PeerRights rights = SocketRights.of(AgentConfig.defaults().socket());

    assertThat(rights.users()).containsEntry(0, ALL).containsEntry(ownUid(), ALL);
    assertThat(rights.users().keySet()).isSubsetOf(0, ownUid());
    assertThat(rights.groups()).isEmpty();
  }

  @Test
  void givesTheSocketsGroupEveryRightThatIsNotWritten() throws Exception {
    assertThat(rights("{group: '50'}").groups()).isEqualTo(Map.of(50, ALL));
    assertThat(rights("{group: '50', rights: {admin: {}}}").groups())
        .isEqualTo(Map.of(50, Set.of(Right.DECIDE, Right.READ)));
  }

  @Test
  void givesEachRightToThoseItNames() throws Exception {
    PeerRights rights =
        rights(
            "{rights: {decide: {users: [1001], groups: [7]}, read: {users: [1001, 1002]},"
                + " admin: {groups: [root]}}}");

    assertThat(rights.users())
        .containsEntry(1001, Set.of(Right.DECIDE, Right.READ))
        .containsEntry(1002, Set.of(Right.READ));
    assertThat(rights.groups()).isEqualTo(Map.of(7, Set.of(Right.DECIDE), 0, Set.of(Right.ADMIN)));
  }

  @Test
  void refusesAGroupThatIsNotKnown() {
    assertThatThrownBy(() -> rights("{rights: {read: {groups: [no-such-group]}}}"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no group named 'no-such-group'");
  }

  private static int ownUid() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }
}
