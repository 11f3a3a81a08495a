// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.verdict.Reason;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
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
  private static final List<String> HEADINGS =
      List.of("POD", "VERDICT", "REASON", "BOOTS", "FROM", "AGE", "KERNEL");
  private static final String NOTHING = "-";
  private static final int SHORT_DIGEST = 12;

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
      print(agent.get("/v1/pods"), agent.get("/v1/status"), spec.commandLine().getOut());
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

  private void print(JsonObject pods, JsonObject status, PrintWriter out)
      throws MalformedJsonException {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    for (JsonObject pod : pods.objects("pods")) {
      rows.add(
          List.of(
              Shown.of(pod.requireText("namespace") + "/" + pod.requireText("name")),
              Shown.of(pod.requireText("verdict")),
              Shown.of(pod.requireText("reason")),
              pod.text("digest").map(StatusCommand::shortened).orElse(NOTHING),
              Shown.of(pod.text("bootSource").orElse(NOTHING)),
              age(pod, "decidedAt"),
              Shown.of(pod.requireText("kernel"))));
    }
    printTable(rows, out);
    printDrift(pods, out);
    if (status.object("node").isPresent()) {
      printNode(status.requireObject("node"), out);
    }
    if (status.object("hostKernel").isPresent()) {
      JsonObject host = status.requireObject("hostKernel");
      out.printf(
          "hostKernel: %s: %s%n",
          Shown.of(host.requireText("state")), Shown.of(host.requireText("message")));
    }
    for (JsonObject ahead : status.objects("warmUp")) {
      out.printf(
          "ahead: %s is %s (%s)%n",
          Shown.of(ahead.requireText("image")),
          Shown.of(ahead.requireText("verdict")),
          Shown.of(ahead.requireText("reason")));
    }
    printCanaries(status, out);
    for (JsonObject condition : status.objects("conditions")) {
      out.printf(
          "%n%s: %s (%s)%n%s%n",
          Shown.of(condition.requireText("type")),
          Shown.of(condition.requireText("status")),
          Shown.of(condition.requireText("reason")),
          Shown.of(condition.requireText("message")));
    }
  }

  /** What a newcomer would not guess: that a tag is not what boots. */
  private static void printDrift(JsonObject pods, PrintWriter out) throws MalformedJsonException {
    for (JsonObject pod : pods.objects("pods")) {
      if (pod.text("registryDigest").isPresent()) {
        out.printf(
            "%n%s/%s boots another kernel than its registry would give it:%n",
            Shown.of(pod.requireText("namespace")), Shown.of(pod.requireText("name")));
        out.printf(
            "  boots    %s, from %s%n",
            Shown.of(pod.text("digest").orElse(NOTHING)),
            Shown.of(pod.text("bootSource").orElse(NOTHING)));
        out.printf("  tag now  %s%n", Shown.of(pod.requireText("registryDigest")));
      }
    }
  }

  private static void printNode(JsonObject node, PrintWriter out) throws MalformedJsonException {
    out.println();
    for (String fact : node.names()) {
      out.printf("%s: %s%n", Shown.of(fact), Shown.of(node.requireText(fact)));
    }
  }

  /** Whether the gate can tell a signed kernel from another, as far as anybody has tried. */
  private void printCanaries(JsonObject status, PrintWriter out) throws MalformedJsonException {
    List<JsonObject> canaries = status.objects("canary");
    if (canaries.isEmpty()) {
      out.println("canary: none is configured, so the gate does not test itself");
    }
    for (JsonObject canary : canaries) {
      String asked =
          canary.has("askedAt")
              ? "%s, %s (%s), asked %s ago"
                  .formatted(
                      canary.requireText("result"),
                      canary.text("verdict").orElse("no answer"),
                      canary.text("reason").orElse(NOTHING),
                      age(canary, "askedAt"))
              : "not asked yet";
      out.printf(
          "canary: %s %s: %s%n",
          Shown.of(canary.requireText("canary")),
          Shown.of(canary.requireText("image")),
          Shown.of(asked));
    }
  }

  private String age(JsonObject object, String time) throws MalformedJsonException {
    try {
      return object
          .text(time)
          .map(at -> Duration.between(Instant.parse(at), program.now()))
          .map(StatusCommand::rounded)
          .orElse(NOTHING);
    } catch (DateTimeParseException _) {
      return NOTHING;
    }
  }

  /** In the largest unit that there is one of; clocks may differ a little. */
  private static String rounded(Duration age) {
    if (age.toDays() > 0) {
      return age.toDays() + "d";
    }
    if (age.toHours() > 0) {
      return age.toHours() + "h";
    }
    return age.toMinutes() > 0 ? age.toMinutes() + "m" : Math.max(0, age.toSeconds()) + "s";
  }

  private static String shortened(String digest) {
    String hex = digest.substring(digest.indexOf(':') + 1);
    return Shown.of(hex.substring(0, Math.min(SHORT_DIGEST, hex.length())));
  }

  private static void printTable(List<List<String>> rows, PrintWriter out) {
    int[] widths = new int[HEADINGS.size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < widths.length; column++) {
        String cell = row.get(column);
        line.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
