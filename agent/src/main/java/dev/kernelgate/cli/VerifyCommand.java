// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import dev.kernelgate.json.JsonText;
import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.verification.Decision;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kernelgate verify}: judges images as the agent would, without an agent. */
@Command(
    name = "verify",
    description = "Judges kernel images as the agent would, without an agent.",
    footer = {
      "",
      "Exit status: 0 when every image is trusted, 1 when one is rejected, 2 when one is",
      "undetermined; the worst of several. 64 for wrong arguments, 78 for a wrong configuration."
    })
final class VerifyCommand implements Callable<Integer> {

  private enum Output {
    TEXT,
    JSON
  }

  @Parameters(
      arity = "1..*",
      paramLabel = "REF",
      description = "Image references, such as ghcr.io/edera-dev/zone-kernel:6.15.6.")
  private List<String> references = List.of();

  @Option(names = "--config", paramLabel = "FILE", description = "The agent's configuration.")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      converter = PlatformConverter.class,
      description = "linux/amd64 or linux/arm64; default: this host's.")
  private Optional<Architecture> platform = Optional.empty();

  @Option(
      names = "--layout",
      paramLabel = "DIR",
      description = "An OCI layout to take every image from, instead of its registry.")
  private Optional<Path> layout = Optional.empty();

  @Option(
      names = "--trusted-root",
      paramLabel = "FILE",
      description = "The trusted_root.json to believe, instead of the configured ones.")
  private Optional<Path> trustedRoot = Optional.empty();

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "10s",
      description = "Time for each image, such as 500ms or 10s; default: ${DEFAULT-VALUE}.")
  private Duration deadline = Duration.ofSeconds(10);

  @Option(names = "--explain", description = "Print each step of the check too.")
  private boolean explained;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      defaultValue = "text",
      description = "text for people; json for programs, one object a line.")
  private Output output = Output.TEXT;

  @Spec private CommandSpec spec;

  private final Program program;

  VerifyCommand(Program program) {
    this.program = program;
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() throws CommandFailedException {
    PrintWriter out = spec.commandLine().getOut();
    int worst = ExitStatus.OK;
    try (Program.Judge judge =
        program.judge(new VerifyOptions(config, platform, layout, trustedRoot, deadline))) {
      for (String reference : references) {
        Decision decision = judge.verify(reference);
        out.println(
            switch (output) {
              case TEXT -> DecisionText.of(decision, explained);
              case JSON -> JsonText.of(decision.toFields());
            });
        out.flush();
        worst = Math.max(worst, decision.verdict().outcome().exitStatus());
      }
    }
    return worst;
  }
}
