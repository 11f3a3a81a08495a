// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.kernelgate.systemd.JournalAppender;
import dev.kernelgate.testing.DatagramReceiver;
import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.FakeApiServer;
import dev.kernelgate.testing.JournalText;
import dev.kernelgate.testing.JsonTree;
import dev.kernelgate.testing.SampleNode;
import dev.kernelgate.testing.TestPod;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.NodeCondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * One incident and its readers: who reads the journal, who describes the node and who describes the
 * pod learn the same. The whole agent, with real sockets in journald's and the API server's place.
 */
@Timeout(60)
final class JournalAndClusterTest {

  private static final String NODE = "node-1";
  private static final String KERNELS = "ghcr.io/edera-dev/zone-kernel:";

  /** An incident, and what every reader has to learn of it beside the pod. */
  record Case(Reason reason, String image, boolean hasDigest, boolean hasTrustRoot) {
    @Override
    public String toString() {
      return reason.toString();
    }
  }

  static Stream<Case> incidents() {
    return Stream.of(
        new Case(Reason.ATTESTATION_ONLY, KERNELS + "6.15.6-sbom-only", true, true),
        new Case(Reason.IDENTITY_MISMATCH, KERNELS + "6.15.6-branch-build", true, true),
        new Case(Reason.NO_POLICY, "registry.example/somebody/kernel:1", false, true),
        new Case(Reason.TRUST_ROOT_UNAVAILABLE, KERNELS + "6.15.6", true, false));
  }

  @TempDir private Path directory;
  private final List<Map<String, String>> seen = new ArrayList<>();

  private final FakeApiServer server = FakeApiServer.start();
  private final LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final Logger root = logging.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Level usual = root.getLevel();
  private final JournalAppender appender = new JournalAppender();

  @BeforeEach
  void logToTheJournal() {
    appender.setContext(logging);
    appender.setSocket(directory.resolve("journal").toString());
    appender.start();
    root.addAppender(appender);
    root.setLevel(Level.INFO);
  }

  @AfterEach
  void close() {
    root.detachAppender(appender);
    root.setLevel(usual);
    server.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("incidents")
  void everyReaderLearnsTheSame(Case incident) throws Exception {
    server.putPod(TestPod.named(NODE, "web").with("dev.edera/kernel", incident.image));
    try (DatagramReceiver journal = DatagramReceiver.at(directory.resolve("journal").toString());
        Agent _ = start(incident.hasTrustRoot)) {
      Map<String, String> decision = next(journal, entry -> "web".equals(entry.get("POD_NAME")));
      Map<String, String> change =
          next(
              journal,
              entry ->
                  NodeCondition.KERNELS_VERIFIED.equals(entry.get("KERNELGATE_CONDITION"))
                      && text(entry, "MESSAGE").contains(incident.reason.toString()));
      JsonTree event = podEvent();
      String condition = condition(NodeCondition.KERNELS_VERIFIED);

      List<String> facts = facts(incident, decision);
      assertThat(decision.get("MESSAGE") + catalogue(decision)).contains(facts);
      assertThat(condition).contains(facts);
      assertThat("default/" + event.text("regarding/name") + event.text("note")).contains(facts);

      String explanation = text(decision, "MESSAGE").split(incident.reason + ": ", 2)[1];
      assertThat(event.text("note")).contains(explanation);
      assertThat(change.get("MESSAGE")).endsWith(condition);
      assertThat(decision.get("KERNELGATE_REMEDY")).isEqualTo(incident.reason.remedy());
    }
  }

  /**
   * What is wrong with the agent itself is a condition of the node, and the same in the journal.
   */
  @ParameterizedTest(name = "trust root: {0}")
  @ValueSource(booleans = {true, false})
  void theAgentsOwnStateIsToldInTheSameWords(boolean hasTrustRoot) throws Exception {
    try (DatagramReceiver journal = DatagramReceiver.at(directory.resolve("journal").toString());
        Agent _ = start(hasTrustRoot)) {
      Map<String, String> change =
          next(journal, entry -> NodeCondition.GATE.equals(entry.get("KERNELGATE_CONDITION")));

      assertThat(change)
          .containsEntry("KERNELGATE_CONDITION_STATUS", hasTrustRoot ? "True" : "False");
      assertThat(text(change, "MESSAGE")).endsWith(condition(NodeCondition.GATE));
      assertThat(catalogue(change)).contains("kubectl describe node");
    }
  }

  private static List<String> facts(Case incident, Map<String, String> decision) {
    String remedy = incident.reason.remedy();
    return Stream.of(
            Optional.of("default/web"),
            Optional.of(incident.image),
            Optional.of(incident.reason.toString()),
            Optional.of(remedy.substring(0, remedy.length() - 1)),
            Optional.of(incident.hasDigest)
                .filter(has -> has)
                .map(_ -> String.valueOf(decision.get("KERNELGATE_DIGEST"))))
        .flatMap(Optional::stream)
        .toList();
  }

  /** What {@code journalctl -x} shows below an entry, on one line. */
  private static String catalogue(Map<String, String> entry) throws IOException {
    String all = Files.readString(Path.of("../systemd/kernelgate.catalog"));
    String after = all.split("-- " + entry.get("MESSAGE_ID") + "\n", 2)[1];
    return after.split("\n-- ", 2)[0].replace('\n', ' ');
  }

  /** The first entry of this kind, be it one that came before another that was asked for. */
  private Map<String, String> next(
      DatagramReceiver journal, Predicate<Map<String, String>> isWanted) {
    Optional<Map<String, String>> known = seen.stream().filter(isWanted).findFirst();
    while (known.isEmpty()) {
      seen.add(JournalText.fields(journal.receive()));
      known = Optional.of(seen.getLast()).filter(isWanted);
    }
    return known.get();
  }

  private static String text(Map<String, String> entry, String field) {
    return String.valueOf(entry.get(field));
  }

  private JsonTree podEvent() {
    Predicate<JsonTree> isAboutPod = event -> event.text("regarding/kind").equals("Pod");
    Eventually.holds("the event is written", () -> server.events().stream().anyMatch(isAboutPod));
    return server.events().stream().filter(isAboutPod).findFirst().orElseThrow();
  }

  private String condition(String type) {
    Eventually.holds(
        "the condition is told and the pod judged",
        () ->
            server
                .condition(NODE, type)
                .filter(told -> !told.text("message").contains(Reason.PENDING.toString()))
                .filter(told -> !told.text("reason").equals("PodsUnknown"))
                .isPresent());
    return server.condition(NODE, type).orElseThrow().text("message");
  }

  private Agent start(boolean hasTrustRoot) throws Exception {
    SampleNode node = SampleNode.copiedTo(directory);
    if (!hasTrustRoot) {
      Files.delete(directory.resolve("trusted_root.json"));
    }
    node.join(server);
    return TestAgent.start(node.config(), Map.of("NODE_NAME", NODE));
  }
}
