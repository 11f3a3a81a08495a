// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import dev.kernelgate.verdict.Reason;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kernelgate explain}: what a reason means and what to do about it. */
@Command(
    name = "explain",
    description = "Says what a reason means, who can mend it and how; without one, lists them all.")
final class ExplainCommand implements Callable<Integer> {

  @Parameters(arity = "0..1", paramLabel = "REASON", description = "Such as NoSignature.")
  private Optional<String> word = Optional.empty();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws CommandFailedException {
    PrintWriter out = spec.commandLine().getOut();
    if (word.isEmpty()) {
      for (Reason reason : Reason.values()) {
        out.printf("%-26s %-13s %s%n", reason, reason.outcome(), reason.summary());
      }
      return ExitStatus.OK;
    }
    Reason reason = find(word.get());
    out.printf("%s (%s)%n", reason, reason.outcome());
    out.printf("  meaning     %s%n", reason.summary());
    out.printf("  who         %s%n", reason.mender());
    out.printf("  remedy      %s%n", reason.remedy());
    reason
        .commandFor("IMAGE", "IMAGE@INDEX", "IMAGE@MANIFEST")
        .ifPresent(command -> out.printf("  compare     %s%n", command));
    return ExitStatus.OK;
  }

  private static Reason find(String word) throws CommandFailedException {
    return Arrays.stream(Reason.values())
        .filter(reason -> reason.toString().equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailedException(
                    ExitStatus.USAGE,
                    List.of(
                        "There is no reason '" + Shown.of(word) + "'.",
                        "All of them: kernelgate explain")));
  }
}
