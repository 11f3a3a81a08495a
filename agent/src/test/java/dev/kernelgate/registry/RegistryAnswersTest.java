// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static dev.kernelgate.registry.Sources.IMAGE;
import static dev.kernelgate.registry.Sources.MANIFEST_PATH;
import static dev.kernelgate.registry.Sources.enough;
import static dev.kernelgate.registry.Sources.image;
import static dev.kernelgate.registry.Sources.problemOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.FetchedManifest;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.testing.Fault;
import dev.kernelgate.testing.TestRegistry;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RegistryAnswersTest {

  private static final String JSON = "application/json";
  private static final String TYPE = "Content-Type";
  private static final Digest BLOB = Digest.of(new byte[] {1});

  private final TestRegistry registry = Sources.registryWithImage();
  private final RegistryImageSource source = Sources.plainHttp(registry);

  @AfterEach
  void close() {
    source.close();
    registry.close();
  }

  record Case(String name, Fault fault, Reason expected) {
    @Override
    public String toString() {
      return name + " is " + expected;
    }
  }

  static Stream<Case> faults() {
    return Stream.of(
        new Case("400", Fault.status(400), Reason.REGISTRY_MISBEHAVED),
        new Case("401 without a challenge", Fault.status(401), Reason.REGISTRY_UNAUTHORIZED),
        new Case(
            "401 with an unknown scheme",
            Fault.answer(401, Map.of("WWW-Authenticate", "Negotiate"), ""),
            Reason.REGISTRY_UNAUTHORIZED),
        new Case(
            "401 with a malformed challenge",
            Fault.answer(401, Map.of("WWW-Authenticate", "Bearer realm=\"x"), ""),
            Reason.REGISTRY_MISBEHAVED),
        new Case("403", Fault.status(403), Reason.REGISTRY_UNAUTHORIZED),
        new Case("404 as a page", Fault.page(404), Reason.REGISTRY_MISBEHAVED),
        new Case(
            "404 with JSON that is no error list",
            Fault.answer(404, Map.of(TYPE, JSON), "{\"errors\":"),
            Reason.REGISTRY_MISBEHAVED),
        new Case("407", Fault.status(407), Reason.REGISTRY_MISBEHAVED),
        new Case("418", Fault.status(418), Reason.REGISTRY_MISBEHAVED),
        new Case("429", Fault.status(429), Reason.REGISTRY_THROTTLED),
        new Case("500", Fault.status(500), Reason.REGISTRY_UNREACHABLE),
        new Case("501", Fault.status(501), Reason.REGISTRY_MISBEHAVED),
        new Case("502", Fault.page(502), Reason.REGISTRY_UNREACHABLE),
        new Case("503", Fault.status(503), Reason.REGISTRY_UNREACHABLE),
        new Case("504", Fault.status(504), Reason.REGISTRY_UNREACHABLE),
        new Case("204", Fault.status(204), Reason.REGISTRY_MISBEHAVED),
        new Case("206", Fault.answer(206, Map.of(TYPE, JSON), "{"), Reason.REGISTRY_MISBEHAVED),
        new Case("a page", Fault.page(200), Reason.REGISTRY_MISBEHAVED),
        new Case(
            "plain text",
            Fault.answer(200, Map.of(TYPE, "text/plain"), "ok"),
            Reason.REGISTRY_MISBEHAVED),
        new Case(
            "a body cut short",
            Fault.cutShort(TestRegistry.INDEX, new byte[] {'{'}, 500),
            Reason.REGISTRY_MISBEHAVED),
        new Case("a connection hung up", Fault.hangUp(), Reason.REGISTRY_UNREACHABLE),
        new Case(
            "a digest that contradicts the bytes",
            Fault.answer(
                200,
                Map.of(TYPE, TestRegistry.INDEX, "Docker-Content-Digest", BLOB.toString()),
                "{}"),
            Reason.REGISTRY_MISBEHAVED),
        new Case(
            "a gzip bomb",
            Fault.gzipBomb(TestRegistry.INDEX, 100L << 20),
            Reason.REGISTRY_MISBEHAVED),
        new Case(
            "50 MB streamed", Fault.stream(TestRegistry.INDEX, 50L << 20), Reason.LIMIT_EXCEEDED),
        new Case(
            "50 MB announced",
            Fault.announced(TestRegistry.INDEX, 50L << 20),
            Reason.LIMIT_EXCEEDED));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void manifest(Case fault) {
    registry.misbehaveEverywhere(fault.fault());

    ProblemException problem = problemOf(() -> source.manifest(image(registry), "6.1", enough()));

    assertThat(problem.problem().reason()).isEqualTo(fault.expected());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void referrersLeaveTheQuestionOpenUnlessTheApiIsMissing(Case fault) throws ProblemException {
    registry.misbehaveEverywhere(fault.fault());
    if (fault.name().startsWith("404") || fault.name().equals("400")) {
      assertThat(source.referrers(image(registry), BLOB, enough())).isEmpty();
      return;
    }

    ProblemException problem = problemOf(() -> source.referrers(image(registry), BLOB, enough()));

    assertThat(problem.problem().reason()).isEqualTo(fault.expected());
  }

  @Test
  void returnsTheBytesAndTypeOfAManifest() throws ProblemException {
    Optional<FetchedManifest> manifest = source.manifest(image(registry), "6.1", enough());

    assertThat(manifest.orElseThrow().mediaType()).isEqualTo(TestRegistry.INDEX);
    assertThat(manifest.orElseThrow().body()).isEqualTo(Sources.BODY);
    assertThat(registry.requests()).containsExactly("GET " + MANIFEST_PATH);
  }

  @Test
  void saysNothingOfATypeThatIsOnlyJson() throws ProblemException {
    registry.misbehave(MANIFEST_PATH, Fault.answer(200, Map.of(TYPE, JSON), "{}"));

    assertThat(source.manifest(image(registry), "6.1", enough()).orElseThrow().mediaType())
        .isEmpty();
  }

  @Test
  void believesAbsenceInEveryFormThatARegistryHas() throws ProblemException {
    List<Fault> absences =
        List.of(
            Fault.status(404),
            Fault.answer(404, Map.of(TYPE, JSON), ""),
            Fault.answer(404, Map.of(TYPE, JSON), "{\"errors\":[{\"code\":\"NAME_UNKNOWN\"}]}"),
            Fault.answer(404, Map.of(TYPE, "text/plain"), "404 page not found"));
    for (Fault absence : absences) {
      registry.misbehave(MANIFEST_PATH, absence);

      assertThat(source.manifest(image(registry), "6.1", enough())).isEmpty();
    }
  }

  @Test
  void doesNotBelieveAbsenceThatItWasRedirectedTo() {
    registry.misbehave(MANIFEST_PATH, Fault.redirect(307, "/login"));
    registry.misbehave("/login", Fault.page(404));

    assertThat(problemOf(() -> source.manifest(image(registry), "6.1", enough())))
        .hasMessageContaining("RegistryMisbehaved");
  }

  @Test
  void returnsABlobUpToExactlyItsBound() throws ProblemException {
    Digest digest = registry.putBlob(new byte[100]);

    assertThat(source.blob(image(registry), digest, 100, enough()).orElseThrow()).hasSize(100);
    assertThat(problemOf(() -> source.blob(image(registry), digest, 99, enough())))
        .hasMessageContaining("LimitExceeded");
    assertThat(source.blob(image(registry), BLOB, 100, enough())).isEmpty();
  }

  @Test
  void doesNotTakeAPageForABlob() {
    registry.misbehaveEverywhere(Fault.page(200));

    assertThat(problemOf(() -> source.blob(image(registry), BLOB, 100, enough())))
        .hasMessageContaining("RegistryMisbehaved");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          120 | PT2M
          0 | PT1S
          99999999 | PT1H
          Sun, 22 Nov 2026 13:31:00 GMT | PT1M
          Sun, 22 Nov 2020 13:31:00 GMT | PT1S
          """)
  void passesRetryAfterOnWithinBounds(String header, Duration expected) {
    registry.misbehave(MANIFEST_PATH, Fault.answer(429, Map.of("Retry-After", header), ""));

    assertThat(
            problemOf(() -> source.manifest(image(registry), "6.1", enough()))
                .problem()
                .retryAfter())
        .contains(expected);
  }

  @Test
  void ignoresARetryAfterThatIsMalformed() {
    registry.misbehave(MANIFEST_PATH, Fault.answer(429, Map.of("Retry-After", "soon"), ""));

    assertThat(
            problemOf(() -> source.manifest(image(registry), "6.1", enough()))
                .problem()
                .retryAfter())
        .isEmpty();
  }

  @Test
  void triesAgainWhenTheRegistryWasOutOfReach() throws ProblemException {
    registry.misbehaveOnce(MANIFEST_PATH, Fault.status(503), Fault.hangUp());

    assertThat(source.manifest(image(registry), "6.1", enough())).isPresent();
  }

  @Test
  void givesUpAfterThreeTries() {
    registry.misbehaveEverywhere(Fault.status(503));

    assertThat(problemOf(() -> source.manifest(image(registry), "6.1", enough()))).isNotNull();
    assertThat(registry.requests()).hasSize(3);
  }

  @Test
  void doesNotTryAgainBeforeTheTimeThatTheRegistryNamed() {
    registry.misbehaveEverywhere(Fault.answer(503, Map.of("Retry-After", "30"), ""));

    assertThat(problemOf(() -> source.manifest(image(registry), "6.1", enough())).problem())
        .satisfies(problem -> assertThat(problem.retryAfter()).contains(Duration.ofSeconds(30)));
    assertThat(registry.requests()).hasSize(1);
  }

  @Test
  void refusesNamesThatWouldChangeTheRequest() {
    for (String selector : List.of("../x", "a?b", "a#b", "a b", "", "a%2fb")) {
      assertThat(problemOf(() -> source.manifest(image(registry), selector, enough())))
          .as(selector)
          .hasMessageContaining("InvalidReference");
    }
    assertThat(registry.requests()).isEmpty();
  }

  @Test
  void refusesRegistriesThatHaveNoAddress() {
    for (String host : List.of("127.0.0.1:99999", "a_b.io", "reg.io:", "", "u@reg.io")) {
      assertThat(problemOf(() -> source.manifest(new Repository(host, "a/b"), "1", enough())))
          .as(host)
          .hasMessageContaining("InvalidReference");
    }
  }

  @Test
  void showsTheConfiguredUserAgent() throws ProblemException {
    assertThat(source.manifest(image(registry), "6.1", enough())).isPresent();

    assertThat(registry.seen().getFirst().userAgent()).isEqualTo("kernelgate");
  }

  @Test
  void namesTheRepositoryInMessages() {
    registry.misbehaveEverywhere(Fault.status(403));

    assertThat(problemOf(() -> source.manifest(image(registry), "6.1", enough())))
        .hasMessageContaining(IMAGE)
        .hasMessageContaining("403");
  }
}
