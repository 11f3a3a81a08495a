// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kernelgate.verdict.ProblemException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengeParserTest {

  record Case(String name, String header, List<Challenge> expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> wellFormed() {
    return Stream.of(
        new Case(
            "any order",
            "Bearer scope=\"repository:a/b:pull\",service=\"s\",realm=\"https://x/t\"",
            List.of(
                bearer("scope", "repository:a/b:pull", "service", "s", "realm", "https://x/t"))),
        new Case(
            "spaces and tokens",
            "bEaReR  realm = x ,  service= y",
            List.of(bearer("realm", "x", "service", "y"))),
        new Case(
            "a comma and an escape inside quotes",
            "Bearer realm=\"a,b\\\"c\"",
            List.of(bearer("realm", "a,b\"c"))),
        new Case(
            "two challenges",
            "Basic realm=\"r\", Bearer realm=\"x\",service=\"y\"",
            List.of(
                new Challenge("basic", Map.of("realm", "r")),
                bearer("realm", "x", "service", "y"))),
        new Case(
            "a token68 before another challenge",
            "Negotiate YWJj==, Basic realm=r",
            List.of(
                new Challenge("negotiate", Map.of()),
                new Challenge("basic", Map.of("realm", "r")))),
        new Case(
            "a scheme alone",
            "Negotiate, Basic",
            List.of(new Challenge("negotiate", Map.of()), new Challenge("basic", Map.of()))),
        new Case(
            "empty list elements",
            ", ,Basic realm=r,, ",
            List.of(new Challenge("basic", Map.of("realm", "r")))),
        new Case("nothing", "", List.of()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wellFormed")
  void reads(Case header) throws ProblemException {
    assertThat(ChallengeParser.parse(List.of(header.header()))).isEqualTo(header.expected());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer realm=\"x",
        "Bearer realm=\"x\" service=\"y\"",
        "Bearer realm=\"x\"service=\"y\"",
        "Bearer realm=\"x\\",
        "Bearer realm=\"x\u0001\"",
        "Bearer realm=\"\u00e9\"",
        "Bearer realm=a, realm=b",
        "Bearer realm=\"a\", REALM=\"b\"",
        "=x",
        "\"Bearer\"",
        "Basic realm=r Bearer realm=x"
      })
  void refuses(String header) {
    assertThatThrownBy(() -> ChallengeParser.parse(List.of(header)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("RegistryMisbehaved");
  }

  @Test
  void refusesAHeaderThatIsTooLong() {
    assertThatThrownBy(() -> ChallengeParser.parse(List.of("Bearer realm=" + "x".repeat(5000))))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void neverFailsOtherwiseOnAnyText() {
    String alphabet = "Bearer Basic=,\"\\ \t\u0000\u00e9realm";
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(30); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        assertThat(ChallengeParser.parse(List.of(text.toString()))).isNotNull();
      } catch (ProblemException e) {
        assertThat(e).hasMessageContaining("RegistryMisbehaved");
      }
    }
  }

  private static Challenge bearer(String... namesAndValues) {
    HashMap<String, String> parameters = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new Challenge("bearer", parameters);
  }
}
