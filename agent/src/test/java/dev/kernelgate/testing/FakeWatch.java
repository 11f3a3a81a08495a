// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** One open watch: the lines it still has to be told. Written by any thread, read by one. */
final class FakeWatch {

  /** No line of a watch is empty, so this one ends it. */
  private static final String END = "";

  private final String node;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private volatile boolean isBreaking;

  FakeWatch(String node) {
    this.node = node;
  }

  void take(FakeCluster.Change change) {
    if (change.node().equals(node)) {
      lines.add(change.line());
    }
  }

  void send(String line) {
    lines.add(line);
  }

  void end() {
    lines.add(END);
  }

  /** Breaks the connection in the middle of the next line. */
  void breakNextLine() {
    isBreaking = true;
  }

  /** Writes lines until the watch ends or the client has gone. */
  void run(OutputStream out) throws IOException, InterruptedException {
    for (String line = lines.take(); !line.equals(END); line = lines.take()) {
      byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
      out.write(bytes, 0, isBreaking ? bytes.length / 2 : bytes.length);
      out.flush();
      if (isBreaking) {
        throw new IOException("the connection breaks, as the test wants");
      }
    }
  }
}
