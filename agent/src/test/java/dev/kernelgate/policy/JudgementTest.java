// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import static dev.kernelgate.policy.JudgementFixture.BOM;
import static dev.kernelgate.policy.JudgementFixture.INDEX;
import static dev.kernelgate.policy.JudgementFixture.MANIFEST;
import static dev.kernelgate.policy.JudgementFixture.NOW;
import static dev.kernelgate.policy.JudgementFixture.OTHER;
import static dev.kernelgate.policy.JudgementFixture.failed;
import static dev.kernelgate.policy.JudgementFixture.judging;
import static dev.kernelgate.policy.JudgementFixture.signature;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JudgementTest {

  @Test
  void namesTheNearestMissWhateverTheOrder() {
    // From the farthest to the nearest: each one is named until the next is there.
    List<SignatureFinding> nearer =
        List.of(
            signature().predicate(BOM).found(),
            failed(Reason.INVALID_SIGNATURE),
            failed(Reason.SIGNATURE_FOR_OTHER_DIGEST),
            failed(Reason.UNTRUSTED_CERTIFICATE),
            failed(Reason.NOT_IN_TRANSPARENCY_LOG),
            signature().issuer("x").found(),
            signature().identity("x").found(),
            signature().noClaims().found());
    List<Reason> expected =
        List.of(
            Reason.ATTESTATION_ONLY,
            Reason.INVALID_SIGNATURE,
            Reason.SIGNATURE_FOR_OTHER_DIGEST,
            Reason.UNTRUSTED_CERTIFICATE,
            Reason.NOT_IN_TRANSPARENCY_LOG,
            Reason.ISSUER_MISMATCH,
            Reason.IDENTITY_MISMATCH,
            Reason.REPOSITORY_MISMATCH);

    for (int count = 1; count <= nearer.size(); count++) {
      assertThat(conclude(nearer.subList(0, count)).reason()).isEqualTo(expected.get(count - 1));
      assertThat(conclude(nearer.subList(0, count).reversed()).reason())
          .isEqualTo(expected.get(count - 1));
    }
  }

  @Test
  void listsTheOtherMissesNearestFirstAndAtMostTen() {
    Judgement judgement = judging().judgement();
    IntStream.range(0, 20).forEach(_ -> judgement.add(failed(Reason.INVALID_SIGNATURE)));
    judgement.add(signature().issuer("x").found());
    judgement.add(signature().identity("x").found());

    assertThat(judgement.conclude(List.of()))
        .isInstanceOfSatisfying(
            Verdict.Rejected.class,
            rejected -> {
              assertThat(rejected.reason()).isEqualTo(Reason.IDENTITY_MISMATCH);
              assertThat(rejected.nearestMiss())
                  .hasValueSatisfying(facts -> assertThat(facts.identity()).isEqualTo("x"));
              assertThat(rejected.otherMisses()).hasSize(10);
              assertThat(rejected.otherMisses().getFirst().reason())
                  .isEqualTo(Reason.ISSUER_MISMATCH);
            });
  }

  @Test
  void isSettledOnceNothingCanChangeTheAnswer() {
    Judgement judgement = judging().attestations(BOM).maxAge(Duration.ofDays(30)).judgement();

    assertThat(judgement.isSettled()).isFalse();
    judgement.add(signature().identity("x").found());
    assertThat(judgement.isSettled()).isFalse();
    judgement.add(signature().age(Duration.ofDays(31)).found());
    assertThat(judgement.isSettled()).as("too old").isFalse();
    judgement.add(signature().found());
    assertThat(judgement.isSettled()).as("no SBOM yet").isFalse();
    judgement.add(signature().predicate(BOM).found());
    assertThat(judgement.isSettled()).isTrue();
  }

  @Test
  void isSettledWhenAProperlySignedKernelIsTheWrongOne() {
    Judgement judgement = judging().floor("7.0").attestations(BOM).judgement();

    assertThat(judgement.isSettled()).as("its annotations are nobody's word yet").isFalse();
    judgement.add(signature().found());
    assertThat(judgement.isSettled()).isTrue();
  }

  @Test
  void decidesDigestsByNameBeforeAnySignature() {
    assertThat(judging().allowing(MANIFEST).before()).contains(Reason.ALLOWED_DIGEST);
    assertThat(judging().allowing(INDEX).before()).contains(Reason.ALLOWED_DIGEST);
    assertThat(judging().allowing(OTHER).before()).isEmpty();
    assertThat(judging().denying(MANIFEST).before()).contains(Reason.DENIED_DIGEST);
    assertThat(judging().denying(INDEX).before()).contains(Reason.DENIED_DIGEST);
    assertThat(judging().denyingEverywhere(MANIFEST).before()).contains(Reason.DENIED_DIGEST);
    assertThat(judging().denyingEverywhere(INDEX).allowing(MANIFEST).before())
        .as("the deny list wins")
        .contains(Reason.DENIED_DIGEST);
  }

  @Test
  void looksForNoSignatureWhenTheRuleAcceptsDigestsOnly() {
    assertThat(judging().allowing(OTHER).noSigners().before()).contains(Reason.NO_POLICY);
  }

  @Test
  void signedInTheFutureIsNotOld() {
    Judgement judgement = judging().maxAge(Duration.ofDays(1)).judgement();
    judgement.add(signature().age(Duration.between(NOW.plusSeconds(60), NOW)).found());

    assertThat(judgement.conclude(List.of()).reason()).isEqualTo(Reason.SIGNED_PLATFORM_MANIFEST);
  }

  private static Verdict conclude(List<SignatureFinding> findings) {
    Judgement judgement = judging().judgement();
    findings.forEach(judgement::add);
    return judgement.conclude(List.of());
  }
}
