// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.kernelgate.canary.Canary;
import dev.kernelgate.canary.OwnSocket;
import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.config.ConfigFile;
import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.policy.Mode;
import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.testing.UnixHttpClient;
import dev.kernelgate.verification.GateHealth;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** An agent over a real socket, with the fixtures' kernels from a real registry. */
@Timeout(60)
final class CanaryTest {

  private static final Duration EVERY = Duration.ofHours(6);
  private static final Pattern INDEX = Pattern.compile("\"indexDigest\":\"(sha256:[0-9a-f]{64})\"");
  private static final Pattern ASKED =
      Pattern.compile("kernelgate_decisions_total\\{asked_by=\"socket\".* ([0-9]+)\\.0");

  @TempDir private Path directory;

  private final TestRegistry registry = TestRegistry.ofFixtures();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final FakeTime time = FakeTime.afterFixtures();
  private GateHealth.Canary told = GateHealth.Canary.silent();

  @AfterEach
  void close() {
    registry.close();
    threads.shutdownNow();
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Mode.class)
  void aSoundGateTellsTheSignedKernelFromTheOther(Mode mode) throws Exception {
    try (Agent _ = start("  mode: " + mode)) {
      Canary canary = canary(signed(), unsigned());
      canary.look();
      assertThat(results(canary)).containsExactly("trusted right", "unsigned right");
      assertThat(told).isEqualTo(GateHealth.Canary.silent());
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Mode.class)
  void aGateThatTrustsWhatItMustNotIsBroken(Mode mode) throws Exception {
    try (Agent _ = start("  mode: " + mode)) {
      Canary canary = canary(unsigned(), signed());
      canary.look();
      assertThat(results(canary)).containsExactly("trusted wrong", "unsigned wrong");
      assertThat(told.unsignedTrusted()).get().asString().contains(signed());
    }
  }

  @Test
  void aGateThatRejectsWhatItHasToTrustIsBroken() throws Exception {
    try (Agent _ = start()) {
      canary(unsigned(), unsigned()).look();
      assertThat(told.unsignedTrusted()).isEmpty();
      assertThat(told.signedRejected()).get().asString().contains(unsigned());
    }
  }

  @Test
  void aRejectionThatTellsNothingAboutSignaturesIsNoTest() throws Exception {
    try (Agent _ = start()) {
      Canary canary = canary(signed(), "elsewhere.test/kernel@" + digest(unsigned()));
      canary.look();
      assertThat(results(canary)).containsExactly("trusted right", "unsigned open");
      assertThat(canary.toFields().getLast().get("reason")).hasToString("Optional[NoPolicy]");
      assertThat(told).isEqualTo(GateHealth.Canary.silent());
    }
  }

  @Test
  void nobodyWhoAnswersIsNoAlarm() {
    Canary canary = canary("registry.test/a@sha256:0", "registry.test/b@sha256:0");
    canary.look();
    assertThat(results(canary)).containsExactly("trusted open", "unsigned open");
    assertThat(canary.toFields().getFirst()).containsEntry("verdict", Optional.empty());
    assertThat(told).isEqualTo(GateHealth.Canary.silent());
  }

  @Test
  void asksEveryFewHoursAndSoonerWhereSomethingIsNotRight() throws Exception {
    try (Agent _ = start()) {
      String trusted = signed();
      String unsigned = unsigned();
      Canary canary = canary(trusted, unsigned);
      assertThat(questionsOf(canary)).isEqualTo(2);
      assertThat(questionsOf(canary)).isZero();
      time.advance(EVERY.multipliedBy(8).dividedBy(10));
      assertThat(questionsOf(canary)).isZero();
      time.advance(EVERY);
      assertThat(questionsOf(canary)).isEqualTo(2);
      canary.askAnew();
      assertThat(questionsOf(canary)).isEqualTo(2);

      Canary oneIsWrong = canary(unsigned, unsigned);
      assertThat(questionsOf(oneIsWrong)).isEqualTo(2);
      time.advance(Duration.ofMinutes(2));
      assertThat(questionsOf(oneIsWrong)).isEqualTo(1);
    }
  }

  @Test
  void theWholeAgentTestsItselfAtItsStartAndWhenItsRulesChange() throws Exception {
    String trusted;
    String unsigned;
    try (Agent _ = start()) {
      trusted = signed();
      unsigned = unsigned();
    }
    String canaries = "canary:\n  trusted: %s\n  unsigned: %s\n".formatted(trusted, unsigned);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    Logger logger = (Logger) LoggerFactory.getLogger(Canary.class);
    logger.addAppender(log);
    try (Agent agent = start("", canaries)) {
      Eventually.holds("both are right", () -> get("/v1/status").split("\"right\"").length == 3);
      assertThat(get("/metrics"))
          .contains("kernelgate_canary{canary=\"unsigned\",result=\"right\"} 1.0")
          .contains("asked_by=\"canary\",reason=\"NoSignature\",verdict=\"rejected\"} 1.0")
          .doesNotContain("asked_by=\"socket\"");
      assertThat(get("/v1/verdicts")).doesNotContain(unsigned);

      AgentConfig lax =
          config("      allowedDigests: [\"%s\"]".formatted(digest(unsigned)), canaries);
      agent.judgeBy(lax, TrustRoots.verifier(lax.trustRoots()));

      Eventually.holds(
          "the broken gate is told", () -> get("/v1/status").contains("\"UnsignedCanaryTrusted\""));
      Eventually.holds("it is logged", () -> !alarms(log).isEmpty());
    } finally {
      logger.detachAppender(log);
    }
    ILoggingEvent alarm = alarms(log).getFirst();
    assertThat(alarm.getMarkerList()).hasSize(1);
    assertThat(alarm.getFormattedMessage())
        .isEqualTo(
            "a kernel that nobody has signed is trusted, so this gate keeps nothing out: canary "
                + unsigned
                + ": trusted, AllowedDigest");
    assertThat(alarm.getKeyValuePairs())
        .extracting(pair -> pair.key)
        .containsExactly(
            "KERNELGATE_IMAGE",
            "KERNELGATE_REMEDY",
            "KERNELGATE_VERDICT",
            "KERNELGATE_REASON",
            "KERNELGATE_DIGEST");
  }

  private static List<ILoggingEvent> alarms(ListAppender<ILoggingEvent> log) {
    return List.copyOf(log.list).stream().filter(event -> event.getLevel() == Level.ERROR).toList();
  }

  private Canary canary(String trusted, String unsigned) {
    return new Canary(
        new Canary.Plan(Optional.of(trusted), Optional.of(unsigned), EVERY, Duration.ofSeconds(10)),
        new OwnSocket(socket(), threads),
        news -> told = news,
        time,
        time::nanoTime);
  }

  private static List<String> results(Canary canary) {
    return canary.toFields().stream()
        .map(fields -> fields.get("canary") + " " + fields.get("result"))
        .toList();
  }

  private String signed() throws IOException {
    return pinned("c-v3-bundle-index");
  }

  private String unsigned() throws IOException {
    return pinned("n-unsigned");
  }

  private String pinned(String repository) throws IOException {
    String name = registry.host() + "/edera-dev/" + repository;
    Matcher index = INDEX.matcher(get("/v1/decide?image=" + name + ":6.15.6"));
    assertThat(index.find()).isTrue();
    return name + "@" + index.group(1);
  }

  private static String digest(String image) {
    return image.substring(image.indexOf('@') + 1);
  }

  private long questionsOf(Canary canary) {
    long before = asked();
    canary.look();
    return asked() - before;
  }

  /** Answers that were given to peers. */
  private long asked() {
    return ASKED
        .matcher(get("/metrics"))
        .results()
        .mapToLong(n -> Long.parseLong(n.group(1)))
        .sum();
  }

  private String get(String target) {
    try (UnixHttpClient client = UnixHttpClient.connect(socket())) {
      return client.get(target).body();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path socket() {
    return directory.resolve("kernelgate.sock");
  }

  private Agent start(String... policyAndMore) throws Exception {
    return Agent.start(config(policyAndMore), Architecture.AMD64, TestAgent.surroundings(Map.of()));
  }

  /** The registry's configuration, with lines added to its one rule or policy, and sections. */
  private AgentConfig config(String... policyAndMore) throws Exception {
    String policy = policyAndMore.length > 0 ? policyAndMore[0] + "\n" : "";
    String more = policyAndMore.length > 1 ? policyAndMore[1] : "";
    return ConfigFile.load(
        registry.configure(
            directory,
            policy
                + "socket: {path: kernelgate.sock}\nnode: {imageCache: none}\n"
                + "evidence: {enabled: false}\n"
                + more));
  }
}
