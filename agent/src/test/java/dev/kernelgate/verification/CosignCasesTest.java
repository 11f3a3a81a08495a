// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.layout.LayoutImageSource;
import dev.kernelgate.registry.DockerConfig;
import dev.kernelgate.registry.RegistryImageSource;
import dev.kernelgate.registry.RegistrySettings;
import dev.kernelgate.testing.CosignCase;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.Fixtures;
import dev.kernelgate.testing.Golden;
import dev.kernelgate.testing.TestGate;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every image that real cosign signed, through the whole flow, from a registry over HTTP and from a
 * layout.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CosignCasesTest {

  private static final Path EXPECTED = Fixtures.root().resolve("expected-reasons.txt");

  private final TestRegistry registry = TestRegistry.ofFixtures();
  private final RegistryImageSource registrySource =
      new RegistryImageSource(
          List.of(RegistrySettings.plainHttp(registry.host())),
          RegistrySettings.defaults("registry.test"),
          DockerConfig.none(),
          FakeTime.afterFixtures());
  private final TestGate gate =
      new TestGate(registrySource, TestGate.releaseWorkflowFor(registry.host() + "/edera-dev/*"));
  private final Map<String, Reason> answers = new TreeMap<>();
  private Map<String, String> expected = Map.of();

  @BeforeAll
  void readExpectedReasons() throws IOException {
    try (Stream<String> lines = Files.lines(EXPECTED)) {
      expected =
          lines
              .map(line -> line.split(" ", 2))
              .collect(Collectors.toMap(part -> part[0], part -> part[1]));
    }
  }

  @AfterAll
  void close() {
    registrySource.close();
    registry.close();
  }

  static List<CosignCase> cases() {
    return CosignCase.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isJudgedFromTheRegistry(CosignCase one) {
    Decision decision = gate.decide(registry.host() + "/" + one.reference(), one.architecture());

    assertVerdict(one, decision);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isJudgedFromTheLayout(CosignCase one, @TempDir Path folder)
      throws IOException, ProblemException {
    Path layout = one.hasOverride() ? withOverride(folder) : Fixtures.store();
    TestGate layoutGate =
        new TestGate(
            LayoutImageSource.open(layout), TestGate.releaseWorkflowFor("layout.test/edera-dev/*"));

    assertVerdict(one, layoutGate.decide("layout.test/" + one.reference(), one.architecture()));
  }

  private void assertVerdict(CosignCase one, Decision decision) {
    assertThat(decision.verdict().reason())
        .as("%s: %s", one.description(), decision.message())
        .hasToString(expected.get(one.name()));
    if (!one.isAmbiguous()) {
      assertThat(decision.verdict().outcome() == Outcome.TRUSTED).isEqualTo(one.isAllowed());
    }
    if (!one.isAllowed()) {
      assertThat(decision.verdict().outcome()).isNotEqualTo(Outcome.TRUSTED);
    }
  }

  @Test
  void thereAre124CasesAndEachHasItsReason() {
    assertThat(cases())
        .hasSize(124)
        .extracting(CosignCase::name)
        .containsExactlyInAnyOrderElementsOf(expected.keySet());
  }

  @Test
  void theDocumentShowsEveryCaseBesideCosignsAnswers() {
    for (CosignCase one : cases()) {
      answers.put(
          one.name(),
          gate.decide(registry.host() + "/" + one.reference(), one.architecture())
              .verdict()
              .reason());
    }

    Golden.assertDocument("cosign-cases.md", CosignCasesDocument.of(cases(), answers));
  }

  /**
   * A kernel as Edera's pipeline publishes it today, and one with cosign 2's signature over the
   * index.
   */
  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(
      strings = {"c-v3-bundle-index", "d-v3-rekor2-tsa-index", "b-v2-sig-index"})
  void asksTheRegistrySixTimesWhenNothingIsRemembered(String name) {
    registry.forgetRequests();

    Decision decision =
        gate.decide(
            registry.host() + "/edera-dev/" + name + ":6.15.6",
            dev.kernelgate.kernel.Architecture.AMD64);

    assertThat(decision.verdict().outcome()).isEqualTo(Outcome.TRUSTED);
    assertThat(registry.requests()).hasSizeLessThanOrEqualTo(6);
  }

  /** A layout whose file for the platform manifest has other bytes than its name says. */
  private static Path withOverride(Path folder) throws IOException {
    Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
    for (String file : List.of("oci-layout", "index.json")) {
      Files.copy(Fixtures.store().resolve(file), folder.resolve(file));
    }
    try (Stream<Path> files = Files.list(Fixtures.store().resolve("blobs/sha256"))) {
      for (Path file : files.toList()) {
        Files.copy(file, blobs.resolve(file.getFileName()));
      }
    }
    try (Stream<Path> overrides = Files.list(Fixtures.store().resolve("overrides"))) {
      for (Path file : overrides.toList()) {
        Files.write(blobs.resolve(file.getFileName()), Files.readAllBytes(file));
      }
    }
    return folder;
  }
}
