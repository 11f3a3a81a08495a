// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import static dev.kernelgate.testing.TestImages.INDEX;
import static dev.kernelgate.testing.TestImages.attachBundle;
import static dev.kernelgate.testing.TestImages.entry;
import static dev.kernelgate.testing.TestImages.index;
import static dev.kernelgate.testing.TestImages.kernel;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.json.JsonText;
import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.oci.SignatureCandidate;
import dev.kernelgate.policy.Policy;
import dev.kernelgate.policy.SignatureFinding;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.MemorySource;
import dev.kernelgate.testing.ReleaseSignatures;
import dev.kernelgate.testing.TestVerifiers;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class KernelVerifierTest {

  private static final String IMAGE = "ghcr.io/edera-dev/zone-kernel:6.15.6";

  private final MemorySource source = new MemorySource();
  private final FakeTime time = FakeTime.afterFixtures();
  private Function<SignatureCandidate, SignatureFinding> verifier =
      candidate -> new SignatureFinding.Verified(ReleaseSignatures.over(candidate.subject()));

  private Decision verify(KernelRequest request) {
    return gate().verify(request, time.deadlineIn(Duration.ofSeconds(5)));
  }

  private KernelVerifier gate() {
    return TestVerifiers.edera(source, signatures(), time);
  }

  private SignatureVerifier signatures() {
    return new SignatureVerifier() {
      @Override
      public SignatureFinding verify(SignatureCandidate candidate) {
        return verifier.apply(candidate);
      }

      @Override
      public String trustRootRevision() {
        return "test";
      }
    };
  }

  private Digest signedIndex() {
    Digest image = kernel(source, "amd64");
    Digest index =
        source.manifest(INDEX, index(List.of(entry(image, "linux", "amd64", ""))), "6.15.6");
    attachBundle(source, index, "{}");
    return image;
  }

  @Test
  void trustsAnIndexSignedByTheReleaseWorkflow() {
    Digest image = signedIndex();

    Decision decision = verify(KernelRequest.image(IMAGE));

    assertThat(decision.verdict().reason()).isEqualTo(Reason.SIGNED_INDEX);
    assertThat(decision.digest()).contains(image);
    assertThat(decision.source()).contains(BootSource.REGISTRY);
    assertThat(decision.mayBoot()).isTrue();
    assertThat(JsonText.of(decision.toFields()))
        .startsWith(
            "{\"image\":\"%s\",\"platform\":\"linux/amd64\",\"verdict\":\"trusted\",\"reason\":\"SignedIndex\",\"digest\":\"%s\",\"indexDigest\":"
                .formatted(IMAGE, image));
  }

  @Test
  void trustsASignedPlatformManifest() {
    attachBundle(source, kernel(source, "amd64", "6.15.6"), "{}");

    assertThat(verify(KernelRequest.image(IMAGE)).verdict().reason())
        .isEqualTo(Reason.SIGNED_PLATFORM_MANIFEST);
  }

  @Test
  void saysPinnedWhenTheReferenceNamesTheDigest() {
    Digest image = signedIndex();
    attachBundle(source, image, "{}");

    Decision decision = verify(KernelRequest.image("ghcr.io/edera-dev/zone-kernel@" + image));

    assertThat(decision.source()).contains(BootSource.PINNED_DIGEST);
    assertThat(decision.verdict().outcome()).isEqualTo(Outcome.TRUSTED);
  }

  @Test
  void rejectsAnotherDigestThanTheOneAboutToBoot() {
    Digest image = signedIndex();
    Digest other = Digest.of(new byte[1]);
    KernelRequest request =
        new KernelRequest(new AskedKernel.Image(IMAGE), Optional.of(other), Optional.empty());

    Decision decision = verify(request);

    assertThat(decision.verdict().reason()).isEqualTo(Reason.DIGEST_MISMATCH);
    assertThat(decision.message()).contains(other.toString()).contains(image.toString());
    assertThat(decision.digest()).contains(image);
  }

  @Test
  void rejectsWhatNoRuleCoversWithoutAskingTheRegistry() {
    Decision decision = verify(KernelRequest.image("ghcr.io/other/zone-kernel:1"));

    assertThat(decision.verdict().reason()).isEqualTo(Reason.NO_POLICY);
    assertThat(decision.enforced()).isTrue();
    assertThat(source.asked()).isEmpty();
  }

  @Test
  void rejectsAReferenceThatIsNone() {
    assertThat(verify(KernelRequest.image("ghcr.io/Edera")).verdict().reason())
        .isEqualTo(Reason.INVALID_REFERENCE);
  }

  @Test
  void isUndeterminedWhenOnePlaceDidNotAnswerAndNoSignatureWasFound() {
    Digest image = kernel(source, "amd64", "6.15.6");
    source.fail(
        image.legacySignatureTag(),
        new ProblemException(
            new Problem(Reason.REGISTRY_THROTTLED, "later", Optional.of(Duration.ofSeconds(7)))));

    Decision decision = verify(KernelRequest.image(IMAGE));

    assertThat(decision.verdict().outcome()).isEqualTo(Outcome.UNDETERMINED);
    assertThat(decision.verdict().reason()).isEqualTo(Reason.REGISTRY_THROTTLED);
    assertThat(decision.mayBoot()).isFalse();
  }

  @Test
  void oneValidSignatureIsEnoughThoughAPlaceDidNotAnswer() {
    Digest image = kernel(source, "amd64", "6.15.6");
    attachBundle(source, image, "{}");
    source.fail(
        image.legacySignatureTag(),
        new ProblemException(Reason.REGISTRY_UNREACHABLE, "connection refused"));

    assertThat(verify(KernelRequest.image(IMAGE)).verdict().outcome()).isEqualTo(Outcome.TRUSTED);
  }

  @Test
  void isUnsignedOnlyWhenEveryPlaceAnswered() {
    kernel(source, "amd64", "6.15.6");

    Decision decision = verify(KernelRequest.image(IMAGE));

    assertThat(decision.verdict().reason()).isEqualTo(Reason.NO_SIGNATURE);
    assertThat(source.asked()).filteredOn(asked -> asked.startsWith("referrers ")).hasSize(1);
  }

  @Test
  void anExceptionOfOursLeavesTheQuestionOpen() {
    signedIndex();
    verifier =
        _ -> {
          throw new IllegalStateException("boom");
        };

    Decision decision = verify(KernelRequest.image(IMAGE));

    assertThat(decision.verdict().reason()).isEqualTo(Reason.INTERNAL_ERROR);
    assertThat(decision.message())
        .contains(
            "unexpected IllegalStateException in dev.kernelgate.verification.KernelVerifierTest")
        .doesNotContain("boom");
  }

  @Test
  void aDecisionOfAnEarlierPolicyIsNotGivenAgain() {
    Digest image = signedIndex();
    KernelRequest request = KernelRequest.image(IMAGE);
    KernelVerifier gate = gate();
    gate.verify(request, time.deadlineIn(Duration.ofSeconds(5)));
    assertThat(gate.known(request)).get().extracting(Decision::mayBoot).isEqualTo(true);
    assertThat(gate.trustedManifest(image)).isPresent();

    gate.judgeBy(denying(image), signatures());

    assertThat(gate.known(request)).isEmpty();
    assertThat(gate.trustedManifest(image)).isEmpty();
    assertThat(gate.verify(request, time.deadlineIn(Duration.ofSeconds(5))).verdict().reason())
        .isEqualTo(Reason.DENIED_DIGEST);
    assertThat(gate.known(request)).get().extracting(Decision::mayBoot).isEqualTo(false);
  }

  @Test
  void aCheckUnderWayIsJudgedByThePolicyThatIsInForceWhenItEnds() {
    Digest image = signedIndex();
    KernelVerifier gate = gate();
    verifier =
        candidate -> {
          gate.judgeBy(denying(image), signatures());
          return new SignatureFinding.Verified(ReleaseSignatures.over(candidate.subject()));
        };

    Decision decision =
        gate.verify(KernelRequest.image(IMAGE), time.deadlineIn(Duration.ofSeconds(5)));

    assertThat(decision.verdict().reason()).isEqualTo(Reason.DENIED_DIGEST);
    assertThat(gate.trustedManifest(image)).isEmpty();
  }

  private static Policy denying(Digest digest) {
    Policy usual = Policy.edera();
    return new Policy(usual.mode(), usual.rules(), Set.of(digest));
  }

  @Test
  void remembersWhatWasLookedAt() {
    signedIndex();

    assertThat(verify(KernelRequest.image(IMAGE)).trace())
        .anyMatch(line -> line.contains("rule edera-kernels covers it"))
        .anyMatch(line -> line.startsWith("fallback tag sha256-"));
  }
}
