// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kernelgate config}: looks after configuration files. */
@Command(name = "config", description = "Looks after configuration files.")
final class ConfigCommand {

  private final Program program;

  @Spec private CommandSpec spec = CommandSpec.create();

  ConfigCommand(Program program) {
    this.program = program;
  }

  @Command(
      name = "check",
      description = "Finds everything that is wrong with a configuration file; 0 when nothing is.")
  int check(@Parameters(paramLabel = "FILE") Path file) throws CommandFailedException {
    List<String> problems = program.checkConfig(file);
    if (!problems.isEmpty()) {
      throw new CommandFailedException(ExitStatus.CONFIG, problems);
    }
    spec.commandLine().getOut().println(file + ": ok");
    return ExitStatus.OK;
  }
}
