// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import static dev.kernelgate.policy.JudgementFixture.BOM;
import static dev.kernelgate.policy.JudgementFixture.INDEX;
import static dev.kernelgate.policy.JudgementFixture.MANIFEST;
import static dev.kernelgate.policy.JudgementFixture.OTHER;
import static dev.kernelgate.policy.JudgementFixture.failed;
import static dev.kernelgate.policy.JudgementFixture.judging;
import static dev.kernelgate.policy.JudgementFixture.signature;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.policy.JudgementFixture.Signing;
import dev.kernelgate.verdict.CertificateClaim;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every reason that a judgement can end with, and what leads to it. */
class JudgementReasonsTest {

  private static final Problem UNREACHABLE =
      new Problem(Reason.REGISTRY_UNREACHABLE, "no route to host");

  /**
   * One judgement.
   *
   * @param open what kept the caller from looking everywhere
   */
  record Case(
      String name,
      JudgementFixture fixture,
      List<SignatureFinding> findings,
      List<Problem> open,
      Reason expected,
      String detail) {

    Case(
        String name,
        JudgementFixture fixture,
        List<SignatureFinding> findings,
        Reason expected,
        String detail) {
      this(name, fixture, findings, List.of(), expected, detail);
    }

    @Override
    public String toString() {
      return expected + ": " + name;
    }
  }

  static Stream<Case> whoSigned() {
    return Stream.of(
        new Case(
            "the manifest",
            judging(),
            List.of(signature().found()),
            Reason.SIGNED_PLATFORM_MANIFEST,
            "at 2026-"),
        new Case(
            "the index",
            judging(),
            List.of(signature().over(INDEX).found()),
            Reason.SIGNED_INDEX,
            "matrix.yml"),
        new Case(
            "any of several will do",
            judging(),
            List.of(
                failed(Reason.INVALID_SIGNATURE),
                signature().identity("somebody").found(),
                signature().over(INDEX).found()),
            Reason.SIGNED_INDEX,
            ""),
        new Case("nothing at all", judging(), List.of(), Reason.NO_SIGNATURE, MANIFEST.toString()),
        new Case(
            "an SBOM by the right signer",
            judging(),
            List.of(signature().predicate(BOM).found()),
            Reason.ATTESTATION_ONLY,
            BOM),
        new Case(
            "made for another digest",
            judging(),
            List.of(signature().over(OTHER).found()),
            Reason.SIGNATURE_FOR_OTHER_DIGEST,
            OTHER.toString()),
        new Case(
            "another issuer",
            judging(),
            List.of(signature().issuer("https://token.actions.githubusercontent.com.evil").found()),
            Reason.ISSUER_MISMATCH,
            "its issuer is 'https://token.actions.githubusercontent.com.evil', expected"),
        new Case(
            "another branch",
            judging(),
            List.of(signature().identity(Signing.IDENTITY + "-evil").found()),
            Reason.IDENTITY_MISMATCH,
            "-evil', expected '"),
        new Case(
            "letter case of the identity",
            judging(),
            List.of(signature().identity(Signing.IDENTITY.replace("edera", "Edera")).found()),
            Reason.IDENTITY_MISMATCH,
            "Edera"),
        new Case(
            "a workflow called from a foreign repository",
            judging(),
            List.of(signature().claim(CertificateClaim.GITHUB_REPOSITORY, "evil/x").found()),
            Reason.REPOSITORY_MISMATCH,
            "its githubRepository is 'evil/x', expected 'edera-dev/linux-kernel-oci'"),
        new Case(
            "no repository claim",
            judging(),
            List.of(signature().noClaims().found()),
            Reason.REPOSITORY_MISMATCH,
            "the certificate has no githubRepository"),
        new Case(
            "control characters in a foreign identity",
            judging(),
            List.of(signature().identity("a\u001b[31m\n").found()),
            Reason.IDENTITY_MISMATCH,
            "'a?[31m?'"),
        new Case(
            "the second of two accepted signers",
            judging().secondSigner("https://issuer.example", "me@example.org"),
            List.of(
                signature()
                    .issuer("https://issuer.example")
                    .identity("me@example.org")
                    .noClaims()
                    .found()),
            Reason.SIGNED_PLATFORM_MANIFEST,
            "me@example.org"),
        new Case(
            "the nearer of two accepted signers is named",
            judging().secondSigner("https://issuer.example", "me@example.org"),
            List.of(signature().issuer("https://issuer.example").identity("you").found()),
            Reason.IDENTITY_MISMATCH,
            "expected 'me@example.org'"));
  }

  static Stream<Case> policyRules() {
    JudgementFixture edera = judging();
    List<SignatureFinding> signed = List.of(signature().found());
    return Stream.of(
        new Case(
            "an SDK image",
            edera.annotation("dev.edera.kernel.sdk.format", "1"),
            signed,
            Reason.NOT_A_KERNEL_IMAGE,
            "SDK"),
        new Case(
            "no format",
            edera.without("dev.edera.kernel.format"),
            signed,
            Reason.NOT_A_KERNEL_IMAGE,
            "no annotation dev.edera.kernel.format"),
        new Case(
            "another format",
            edera.annotation("dev.edera.kernel.format", "2"),
            signed,
            Reason.NOT_A_KERNEL_IMAGE,
            "is '2', expected '1'"),
        new Case(
            "a host kernel in the zone repository",
            edera.annotation("dev.edera.kernel.flavor", "host"),
            signed,
            Reason.WRONG_FLAVOR,
            "flavor is 'host', expected 'zone'"),
        new Case(
            "no flavor",
            edera.without("dev.edera.kernel.flavor"),
            signed,
            Reason.WRONG_FLAVOR,
            "names no flavor"),
        new Case(
            "an image that is not named after a flavor",
            edera.image("ghcr.io/edera-dev/zone:1"),
            signed,
            Reason.WRONG_FLAVOR,
            "does not end in -kernel"),
        new Case(
            "a flavor by name",
            edera.image("ghcr.io/edera-dev/zone:1").flavor(new FlavorRule.Named("zone")),
            signed,
            Reason.SIGNED_PLATFORM_MANIFEST,
            ""),
        new Case(
            "another flavor than the named one",
            edera.flavor(new FlavorRule.Named("host")),
            signed,
            Reason.WRONG_FLAVOR,
            "expected 'host'"),
        new Case(
            "version below the floor",
            edera.floor("6.18.36"),
            signed,
            Reason.BELOW_VERSION_FLOOR,
            "'6.18.35', the floor is 6.18.36"),
        new Case(
            "no version",
            edera.floor("6.18.35").without("dev.edera.kernel.version"),
            signed,
            Reason.BELOW_VERSION_FLOOR,
            "no annotation"),
        new Case(
            "version at the floor",
            edera.floor("6.18.35"),
            signed,
            Reason.SIGNED_PLATFORM_MANIFEST,
            ""),
        new Case(
            "signed too long ago",
            edera.maxAge(Duration.ofDays(30)),
            List.of(signature().age(Duration.ofDays(31)).found()),
            Reason.TOO_OLD,
            "744 hours ago; at most 720"),
        new Case(
            "one young signature among old ones",
            edera.maxAge(Duration.ofDays(30)),
            List.of(
                signature().age(Duration.ofDays(31)).found(),
                signature().over(INDEX).age(Duration.ofDays(30)).found()),
            Reason.SIGNED_INDEX,
            ""),
        new Case(
            "signed by a clock that is a bit ahead",
            edera.maxAge(Duration.ofDays(30)),
            List.of(signature().age(Duration.ofMinutes(-5)).found()),
            Reason.SIGNED_PLATFORM_MANIFEST,
            ""),
        new Case(
            "signed after what the node's clock says",
            edera.maxAge(Duration.ofDays(30)),
            List.of(signature().age(Duration.ofMinutes(-6)).found()),
            Reason.AGE_UNKNOWN,
            "and the clock says"),
        new Case(
            "signed after what the clock says, where no age is asked for",
            edera,
            List.of(signature().age(Duration.ofDays(-6)).found()),
            Reason.SIGNED_PLATFORM_MANIFEST,
            ""),
        new Case("no SBOM", edera.attestations(BOM), signed, Reason.MISSING_ATTESTATION, BOM),
        new Case(
            "an SBOM by somebody else",
            edera.attestations(BOM),
            List.of(signature().found(), signature().predicate(BOM).identity("x").found()),
            Reason.MISSING_ATTESTATION,
            BOM),
        new Case(
            "an SBOM of another digest",
            edera.attestations(BOM),
            List.of(signature().found(), signature().predicate(BOM).over(OTHER).found()),
            Reason.MISSING_ATTESTATION,
            BOM),
        new Case(
            "signature and SBOM",
            edera.attestations(BOM),
            List.of(signature().predicate(BOM).over(INDEX).found(), signature().found()),
            Reason.SIGNED_PLATFORM_MANIFEST,
            ""));
  }

  static Stream<Case> openQuestions() {
    List<Problem> open = List.of(UNREACHABLE);
    List<SignatureFinding> signed = List.of(signature().found());
    SignatureFinding internal = failed(Reason.INTERNAL_ERROR);
    return Stream.of(
        new Case(
            "nothing found where we could look",
            judging(),
            List.of(),
            open,
            Reason.REGISTRY_UNREACHABLE,
            ""),
        new Case(
            "only a foreign signature where we could look",
            judging(),
            List.of(signature().identity("x").found()),
            open,
            Reason.REGISTRY_UNREACHABLE,
            "no route"),
        new Case(
            "trust does not wait for the rest",
            judging(),
            signed,
            open,
            Reason.SIGNED_PLATFORM_MANIFEST,
            ""),
        new Case(
            "the missing SBOM may be where we could not look",
            judging().attestations(BOM),
            signed,
            open,
            Reason.REGISTRY_UNREACHABLE,
            ""),
        new Case(
            "a younger signature may be where we could not look",
            judging().maxAge(Duration.ofDays(1)),
            List.of(signature().age(Duration.ofDays(2)).found()),
            open,
            Reason.REGISTRY_UNREACHABLE,
            ""),
        new Case(
            "a wrong flavor stays wrong wherever we look",
            judging().flavor(new FlavorRule.Named("host")),
            signed,
            open,
            Reason.WRONG_FLAVOR,
            ""),
        new Case(
            "our own failure counts as an open question",
            judging(),
            List.of(signature().identity("x").found(), internal),
            Reason.INTERNAL_ERROR,
            ""),
        new Case(
            "our own failure does not matter beside a good signature",
            judging(),
            List.of(internal, signature().found()),
            Reason.SIGNED_PLATFORM_MANIFEST,
            ""),
        new Case(
            "what a person has to mend is told first",
            judging(),
            List.of(),
            List.of(
                new Problem(Reason.DEADLINE_EXCEEDED, ""),
                UNREACHABLE,
                new Problem(Reason.REGISTRY_UNAUTHORIZED, "401")),
            Reason.REGISTRY_UNAUTHORIZED,
            "401"),
        new Case(
            "too much junk to look at",
            judging(),
            List.of(signature().identity("x").found()),
            List.of(new Problem(Reason.LIMIT_EXCEEDED, "more than 256 signatures")),
            Reason.LIMIT_EXCEEDED,
            "256"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"whoSigned", "policyRules", "openQuestions"})
  void concludes(Case judged) {
    Judgement judgement = judged.fixture().judgement();
    assertThat(judgement.beforeSignatures()).isEmpty();
    judged.findings().forEach(judgement::add);

    Verdict verdict = judgement.conclude(judged.open());

    assertThat(verdict.reason()).isEqualTo(judged.expected());
    assertThat(verdict.detail()).contains(judged.detail());
  }
}
