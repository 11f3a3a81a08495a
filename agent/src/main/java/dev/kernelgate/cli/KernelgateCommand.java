// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command {@code kernelgate} and its sub-commands. */
@Command(
    name = "kernelgate",
    description = "Decides which Linux kernel images may boot on this node.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {HelpCommand.class})
public final class KernelgateCommand {

  private KernelgateCommand() {}

  /**
   * Runs the command.
   *
   * @param out where answers go
   * @param err where mistakes go
   * @return the exit status
   */
  public static int run(Program program, String[] arguments, PrintWriter out, PrintWriter err) {
    CommandLine line =
        new CommandLine(new KernelgateCommand())
            .addSubcommand(new VerifyCommand(program))
            .addSubcommand(new AgentCommand(program))
            .addSubcommand(new StatusCommand(program))
            .addSubcommand(new ExplainCommand())
            .addSubcommand(new ConfigCommand(program))
            .addSubcommand(new ConformanceCommand(program));
    line.getCommandSpec().mixinStandardHelpOptions(true);
    line.getCommandSpec().version("kernelgate " + program.version());
    line.getSubcommands()
        .values()
        .forEach(command -> command.getCommandSpec().mixinStandardHelpOptions(true));
    line.setOut(out);
    line.setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(KernelgateCommand::refuse);
    line.setExecutionExceptionHandler(KernelgateCommand::fail);
    int status = line.execute(arguments);
    out.flush();
    err.flush();
    return status;
  }

  private static int refuse(ParameterException mistake, String[] arguments) {
    CommandLine line = mistake.getCommandLine();
    line.getErr().println(Shown.of(String.valueOf(mistake.getMessage())));
    line.getErr().println("Usage: " + line.getCommandSpec().qualifiedName() + " --help");
    return ExitStatus.USAGE;
  }

  private static int fail(Exception failure, CommandLine line, ParseResult arguments) {
    if (failure instanceof CommandFailedException told) {
      told.lines().forEach(line.getErr()::println);
      return told.exitStatus();
    }
    line.getErr().println("kernelgate itself failed; please report this:");
    failure.printStackTrace(line.getErr());
    return ExitStatus.SOFTWARE;
  }
}
