// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.canary;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.canary.CanaryKind.Result;
import dev.kernelgate.verdict.Reason;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** From answers to what they say about the gate. */
final class CanaryKindTest {

  private static final Instant FIRST = Instant.parse("2026-11-22T13:30:00Z");
  private static final Instant LATER = Instant.parse("2026-11-22T19:30:00Z");

  record Case(CanaryKind kind, Reason reason, Result result) {
    @Override
    public String toString() {
      return kind + " canary, " + reason + ": " + result;
    }
  }

  private static Stream<Case> cases() {
    return Stream.of(
        new Case(CanaryKind.TRUSTED, Reason.SIGNED_INDEX, Result.RIGHT),
        new Case(CanaryKind.TRUSTED, Reason.ALLOWED_DIGEST, Result.RIGHT),
        new Case(CanaryKind.TRUSTED, Reason.NO_SIGNATURE, Result.WRONG),
        new Case(CanaryKind.TRUSTED, Reason.DENIED_DIGEST, Result.WRONG),
        new Case(CanaryKind.TRUSTED, Reason.IMAGE_NOT_FOUND, Result.WRONG),
        new Case(CanaryKind.TRUSTED, Reason.REGISTRY_UNREACHABLE, Result.OPEN),
        new Case(CanaryKind.UNSIGNED, Reason.NO_SIGNATURE, Result.RIGHT),
        new Case(CanaryKind.UNSIGNED, Reason.IDENTITY_MISMATCH, Result.RIGHT),
        new Case(CanaryKind.UNSIGNED, Reason.SIGNED_PLATFORM_MANIFEST, Result.WRONG),
        new Case(CanaryKind.UNSIGNED, Reason.ALLOWED_DIGEST, Result.WRONG),
        // Nobody looked for a signature, so nothing was tested.
        new Case(CanaryKind.UNSIGNED, Reason.NO_POLICY, Result.OPEN),
        new Case(CanaryKind.UNSIGNED, Reason.IMAGE_NOT_FOUND, Result.OPEN),
        new Case(CanaryKind.UNSIGNED, Reason.DENIED_DIGEST, Result.OPEN),
        new Case(CanaryKind.UNSIGNED, Reason.TRUST_ROOT_UNAVAILABLE, Result.OPEN));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void judgesTheGateByItsAnswer(Case given) {
    assertThat(given.kind.judge(given.reason.outcome(), given.reason)).isEqualTo(given.result);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(CanaryKind.class)
  void noAnswerMendsAWrongOneAndOnlyARightOneDoes(CanaryKind kind) {
    Reason right = kind == CanaryKind.TRUSTED ? Reason.SIGNED_INDEX : Reason.NO_SIGNATURE;
    Reason wrong = kind == CanaryKind.TRUSTED ? Reason.NO_SIGNATURE : Reason.SIGNED_INDEX;

    CanaryFinding found = CanaryFinding.unasked(kind, "image").after(FIRST, said(wrong));
    assertThat(found.wrong()).get().asString().endsWith("image, since " + FIRST);
    CanaryFinding silent = found.after(LATER, Optional.empty());
    assertThat(silent.standing()).isEqualTo(Result.WRONG);
    assertThat(silent.wrong()).isEqualTo(found.wrong());
    CanaryFinding again = silent.after(LATER, said(wrong));
    assertThat(again.wrongSince()).contains(FIRST);
    CanaryFinding mended = again.after(LATER, said(right));
    assertThat(mended.standing()).isEqualTo(Result.RIGHT);
    assertThat(mended.wrong()).isEmpty();
  }

  @Test
  void whatIsNotADecisionSaysNothing() {
    assertThat(read("")).isEmpty();
    assertThat(read("HTTP/1.1 200 OK")).isEmpty();
    assertThat(read("HTTP/1.1 200 OK\r\n\r\n")).isEmpty();
    assertThat(read("HTTP/1.1 200 OK\r\n\r\n[1]")).isEmpty();
    assertThat(read("HTTP/1.1 200 OK\r\n\r\n{\"verdict\": \"trusted\"")).isEmpty();
    assertThat(read("HTTP/1.1 200 OK\r\n\r\n{\"verdict\": \"trusted\"}")).isEmpty();
    assertThat(read("HTTP/1.1 200 OK\r\n\r\n{\"verdict\": \"good\", \"reason\": \"Pending\"}"))
        .isEmpty();
    assertThat(read("HTTP/1.1 403 Forbidden\r\n\r\n{\"reason\": \"NotAllowed\"}")).isEmpty();
  }

  @Test
  void theVerdictCountsAndNotTheStatus() {
    assertThat(
            read(
                "HTTP/1.1 200 OK\r\n\r\n"
                    + "{\"verdict\": \"rejected\", \"reason\": \"NoSignature\", \"boot\": true}"))
        .map(CanaryAnswer::reason)
        .contains(Reason.NO_SIGNATURE);
  }

  private static Optional<CanaryAnswer> read(String response) {
    return CanaryAnswer.ofResponse(response.getBytes(US_ASCII));
  }

  private static Optional<CanaryAnswer> said(Reason reason) {
    return Optional.of(new CanaryAnswer(reason.outcome(), reason, Optional.empty(), "said"));
  }
}
