// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.MalformedJsonException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/** An agent's status as people read it: pods in a table, then one fact a line. */
final class StatusText {

  private static final List<String> HEADINGS =
      List.of("POD", "VERDICT", "REASON", "BOOTS", "FROM", "AGE", "KERNEL");
  private static final String NOTHING = "-";
  private static final int SHORT_DIGEST = 12;

  private final Instant now;
  private final PrintWriter out;

  /**
   * Has printed nothing yet.
   *
   * @param now that ages are counted to
   */
  StatusText(Instant now, PrintWriter out) {
    this.now = now;
    this.out = out;
  }

  /**
   * Prints what the agent said.
   *
   * @param pods the answer to {@code /v1/pods}
   * @param status the answer to {@code /v1/status}
   * @throws MalformedJsonException if an agent does not answer so
   */
  void print(JsonObject pods, JsonObject status) throws MalformedJsonException {
    printPods(pods);
    printDrift(pods);
    if (status.object("node").isPresent()) {
      printNode(status.requireObject("node"));
    }
    if (status.object("hostKernel").isPresent()) {
      printHostKernel(status.requireObject("hostKernel"));
    }
    printAhead(status);
    printCanaries(status);
    printConditions(status);
  }

  private void printPods(JsonObject pods) throws MalformedJsonException {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    for (JsonObject pod : pods.objects("pods")) {
      rows.add(
          List.of(
              Shown.of(pod.requireText("namespace") + "/" + pod.requireText("name")),
              Shown.of(pod.requireText("verdict")),
              Shown.of(pod.requireText("reason")),
              pod.text("digest").map(StatusText::shortened).orElse(NOTHING),
              Shown.of(pod.text("bootSource").orElse(NOTHING)),
              age(pod, "decidedAt"),
              Shown.of(pod.requireText("kernel"))));
    }
    printTable(rows);
  }

  /** What a newcomer would not guess: that a tag is not what boots. */
  private void printDrift(JsonObject pods) throws MalformedJsonException {
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

  private void printNode(JsonObject node) throws MalformedJsonException {
    out.println();
    for (String fact : node.names()) {
      out.printf("%s: %s%n", Shown.of(fact), Shown.of(node.requireText(fact)));
    }
  }

  private void printHostKernel(JsonObject host) throws MalformedJsonException {
    out.printf(
        "hostKernel: %s: %s%n",
        Shown.of(host.requireText("state")), Shown.of(host.requireText("message")));
  }

  private void printAhead(JsonObject status) throws MalformedJsonException {
    for (JsonObject ahead : status.objects("warmUp")) {
      out.printf(
          "ahead: %s is %s (%s)%n",
          Shown.of(ahead.requireText("image")),
          Shown.of(ahead.requireText("verdict")),
          Shown.of(ahead.requireText("reason")));
    }
  }

  /** Whether the gate can tell a signed kernel from another, as far as anybody has tried. */
  private void printCanaries(JsonObject status) throws MalformedJsonException {
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

  private void printConditions(JsonObject status) throws MalformedJsonException {
    for (JsonObject condition : status.objects("conditions")) {
      out.printf(
          "%n%s: %s (%s)%n%s%n",
          Shown.of(condition.requireText("type")),
          Shown.of(condition.requireText("status")),
          Shown.of(condition.requireText("reason")),
          Shown.of(condition.requireText("message")));
    }
  }

  private String age(JsonObject object, String time) throws MalformedJsonException {
    try {
      return object
          .text(time)
          .map(at -> Duration.between(Instant.parse(at), now))
          .map(StatusText::rounded)
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

  private void printTable(List<List<String>> rows) {
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
