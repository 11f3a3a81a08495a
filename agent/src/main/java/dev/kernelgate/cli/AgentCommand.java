// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kernelgate agent}: answers launchers until it is told to end. */
@Command(
    name = "agent",
    description = "Runs the agent: answers launchers on its socket and judges the node's pods.")
final class AgentCommand implements Callable<Integer> {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration; without one, the built-in policy for Edera's kernels.")
  private Optional<Path> config = Optional.empty();

  private final Program program;

  AgentCommand(Program program) {
    this.program = program;
  }

  @Override
  public Integer call() throws CommandFailedException {
    program.runAgent(config);
    return ExitStatus.OK;
  }
}
