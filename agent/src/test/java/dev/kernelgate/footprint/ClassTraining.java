// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.footprint;

import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.TestPod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Lets the packed agent do everything that it does on a node and writes down which classes of the
 * runtime and of libraries it loaded: {@code build/classes.txt}, from which the build makes the
 * class archive. Run it when a dependency changes; classes that are missing there are loaded all
 * the same, only slower.
 */
final class ClassTraining {

  private static final Path CLASSES = Path.of("build", "classes.txt");
  private static final String HEADER =
      "# What the agent loads besides its own classes; mvn -Pclasses verify -DskipTests writes"
          + " this.";

  private final Path directory;

  private ClassTraining(Path directory) {
    this.directory = directory;
  }

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory("kernelgate-classes");
    new ClassTraining(directory).train();
    System.out.println("wrote " + CLASSES + "; the traces are in " + directory);
  }

  private void train() throws Exception {
    try (RehearsedNode node = new RehearsedNode(directory)) {
      try (AgentProcess agent = node.start(List.of(record("agent")))) {
        agent.firstGood("/readyz");
        askEverything(node, agent);
        changePods(node);
        for (List<String> command : commands(node)) {
          AgentProcess.run(List.of(record(command.getFirst())), command);
        }
      }
    }
    writeClasses();
  }

  private static void askEverything(RehearsedNode node, AgentProcess agent) {
    node.images().forEach(agent::decide);
    agent.decide(RehearsedNode.KNOWN_IMAGE);
    agent.decide("not a reference");
    for (String target :
        List.of("/healthz", "/metrics", "/v1/pods", "/v1/status", "/v1/verdicts", "/nothing")) {
      agent.statusOf(target);
    }
  }

  private static void changePods(RehearsedNode node) {
    node.cluster().putPod(TestPod.named("node-1", "late").with("dev.edera/kernel", "nowhere:1"));
    Eventually.holds(
        "there is an event about it",
        () ->
            node.cluster().events().stream().anyMatch(e -> e.text("reason").endsWith("Rejected")));
    node.cluster().deletePod("default", "late");
  }

  private static List<List<String>> commands(RehearsedNode node) {
    String config = node.config().toString();
    return List.of(
        List.of("verify", "--config", config, "-o", "json", RehearsedNode.KNOWN_IMAGE),
        List.of("status", "--socket", node.socket().toString()),
        List.of("config", "check", config),
        List.of("explain", "NoSignature"));
  }

  private String record(String process) {
    return "-XX:DumpLoadedClassList=" + directory.resolve(process + ".classes");
  }

  private void writeClasses() throws IOException {
    TreeSet<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".classes")).toList()) {
        Files.readAllLines(file).stream()
            .filter(Predicate.not(line -> line.startsWith("#") || line.startsWith("@")))
            .map(line -> line.split(" ", 2)[0])
            .filter(Predicate.not(name -> name.startsWith("dev/kernelgate/")))
            .forEach(names::add);
      }
    }
    List<String> lines = new ArrayList<>(List.of(HEADER));
    lines.addAll(names);
    Files.write(CLASSES, lines);
  }
}
