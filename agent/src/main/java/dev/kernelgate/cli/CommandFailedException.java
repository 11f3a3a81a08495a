// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import java.util.List;

/** A command cannot do its work. Carries what to print and the exit status. */
public final class CommandFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int exitStatus;
  private final transient List<String> lines;

  /** A failure that is told in these lines. */
  public CommandFailedException(int exitStatus, List<String> lines) {
    super(String.join("\n", lines));
    this.exitStatus = exitStatus;
    this.lines = List.copyOf(lines);
  }

  int exitStatus() {
    return exitStatus;
  }

  List<String> lines() {
    return lines;
  }
}
