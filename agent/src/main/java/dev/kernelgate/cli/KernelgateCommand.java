// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import java.io.PrintWriter;
import java.util.Optional;
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
    Optional<PlainAgent> plain = PlainAgent.of(arguments);
    return plain.isPresent()
        ? run(plain.get(), program, err)
        : runAny(program, arguments, out, err);
  }

  private static int run(PlainAgent agent, Program program, PrintWriter err) {
    try {
      return agent.run(program);
    } catch (CommandFailedException | RuntimeException e) {
      return tell(e, err);
    } finally {
      err.flush();
    }
  }

  private static int runAny(Program program, String[] arguments, PrintWriter out, PrintWriter err) {
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
    return tell(failure, line.getErr());
  }

  private static int tell(Exception failure, PrintWriter err) {
    if (failure instanceof CommandFailedException told) {
      told.lines().forEach(err::println);
      return told.exitStatus();
    }
    err.println("kernelgate itself failed; please report this:");
    failure.printStackTrace(err);
    return ExitStatus.SOFTWARE;
  }
}
