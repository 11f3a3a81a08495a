// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A listening socket that the service manager made and passed on (sd_listen_fds(3)): it answers
 * from the first moment of the boot on, and questions wait in it while the agent restarts. Name,
 * owner and mode are the service manager's, and stay.
 *
 * @param descriptor the file descriptor
 */
public record InheritedSocket(int descriptor) {

  /** {@code SD_LISTEN_FDS_START}. */
  private static final int FIRST_DESCRIPTOR = 3;

  /** {@code O_NONBLOCK} of open(2), as the kernel shows it. */
  private static final int NON_BLOCKING = 04000;

  /**
   * The socket that was passed to this process, if one was.
   *
   * @param environment with {@code LISTEN_FDS} and {@code LISTEN_PID}
   * @param pid this process
   * @throws IOException if what was passed cannot be used; the message is a sentence
   */
  public static Optional<InheritedSocket> find(Map<String, String> environment, long pid)
      throws IOException {
    String count = environment.getOrDefault("LISTEN_FDS", "0");
    if (count.equals("0")
        || !environment.getOrDefault("LISTEN_PID", "").equals(String.valueOf(pid))) {
      return Optional.empty();
    }
    if (!count.equals("1")) {
      throw new IOException(
          "The service manager passed more than one socket; list one ListenStream in the unit.");
    }
    InheritedSocket socket = new InheritedSocket(FIRST_DESCRIPTOR);
    socket.requireUsable();
    return Optional.of(socket);
  }

  /** The event loop must never wait in accept(2), and Netty cannot change a foreign descriptor. */
  void requireUsable() throws IOException {
    if (!Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
        .toString()
        .startsWith("socket:")) {
      throw new IOException("What the service manager passed is no socket.");
    }
    if ((flags() & NON_BLOCKING) == 0) {
      throw new IOException(
          "The socket that the service manager passed blocks; set NonBlocking=yes in the service's"
              + " unit.");
    }
  }

  private int flags() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + descriptor))) {
      if (line.startsWith("flags:")) {
        return Integer.parseInt(line.substring("flags:".length()).strip(), 8);
      }
    }
    throw new IOException("The kernel does not show the flags of the inherited socket.");
  }
}
