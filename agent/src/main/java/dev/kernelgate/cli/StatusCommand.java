// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.verdict.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kernelgate status}: the running agent's verdicts on the node's pods, as a table. */
@Command(
    name = "status",
    description = "Asks the running agent for the verdicts on the node's pods.")
final class StatusCommand implements Callable<Integer> {

  private static final Duration RETRY = Duration.ofMillis(100);

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The agent's socket; default: the configured one.")
  private Optional<Path> socket = Optional.empty();

  @Option(names = "--config", paramLabel = "FILE", description = "The agent's configuration.")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Wait so long for the agent to answer, to judge every pod, and to test itself.")
  private Optional<Duration> wait = Optional.empty();

  @Spec private CommandSpec spec = CommandSpec.create();

  private final Program program;

  StatusCommand(Program program) {
    this.program = program;
  }

  @Override
  public Integer call() throws CommandFailedException {
    Path path = socket.isPresent() ? socket.get() : program.socketPath(config);
    AgentClient agent = new AgentClient(path);
    try {
      awaitAnswer(agent);
      JsonObject pods = agent.get("/v1/pods");
      JsonObject status = agent.get("/v1/status");
      new StatusText(program.now(), spec.commandLine().getOut()).print(pods, status);
      return ExitStatus.OK;
    } catch (IOException | MalformedJsonException e) {
      throw new CommandFailedException(
          ExitStatus.UNAVAILABLE,
          List.of(
              "The agent at %s does not answer: %s.".formatted(path, Shown.of(e.getMessage() + "")),
              "Is it running, and is this user allowed to ask it?"));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return ExitStatus.UNAVAILABLE;
    }
  }

  /** Asks until the answer is complete or the time is over. */
  private void awaitAnswer(AgentClient agent) throws MalformedJsonException, InterruptedException {
    long tries = wait.map(time -> time.dividedBy(RETRY)).orElse(0L);
    for (long left = tries; left > 0; left--) {
      try {
        if (areJudged(agent.get("/v1/pods")) && isTested(agent.get("/v1/status"))) {
          return;
        }
      } catch (IOException _) {
        // It is not there yet.
      }
      Thread.sleep(RETRY);
    }
  }

  private static boolean areJudged(JsonObject pods) throws MalformedJsonException {
    List<JsonObject> listed = pods.objects("pods");
    for (JsonObject pod : listed) {
      if (pod.requireText("reason").equals(Reason.PENDING.toString())) {
        return false;
      }
    }
    return !listed.isEmpty();
  }

  private static boolean isTested(JsonObject status) throws MalformedJsonException {
    for (JsonObject canary : status.objects("canary")) {
      if (canary.text("askedAt").isEmpty()) {
        return false;
      }
    }
    return true;
  }
}
