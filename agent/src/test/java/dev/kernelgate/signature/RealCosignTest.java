// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.policy.SignatureFinding;
import dev.kernelgate.verdict.CertificateClaim;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.SignatureFacts;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signatures that cosign 2.5.0 and 3.1.1 wrote, and what was done to them. */
class RealCosignTest {

  private static final CosignStore STORE = new CosignStore();

  record Case(String name, String expected) {

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("b-v2-sig-index", "cosign-legacy"),
        new Case("b-v2-sig-index-tsa", "cosign-legacy"),
        new Case("x-v2-iso-control", "cosign-legacy"),
        new Case("x-v2-iso-issuer-v1-only", "cosign-legacy"),
        new Case("c-v3-bundle-index", "sigstore-bundle-v0.3"),
        new Case("c-v3-bundle-index-rekor1-only", "sigstore-bundle-v0.3"),
        new Case("d-v3-rekor2-first-entry", "sigstore-bundle-v0.3"),
        new Case("d-v3-rekor2-tsa-index", "sigstore-bundle-v0.3"),
        new Case("x-v3-iso-control", "sigstore-bundle-v0.3"),
        new Case("n-v2-untrusted-ca", "UntrustedCertificate"),
        new Case("n-v2-eku-not-codesigning", "UntrustedCertificate"),
        new Case("n-v3-eku-not-codesigning", "UntrustedCertificate"),
        new Case("n-v2-no-sct", "UntrustedCertificate"),
        new Case("n-v3-no-sct", "UntrustedCertificate"),
        new Case("n-v3-sct-unknown-log", "UntrustedCertificate"),
        new Case("n-v3-cert-expired", "UntrustedCertificate"),
        new Case("n-v2-cert-not-yet-valid", "UntrustedCertificate"),
        new Case("n-v2-iso-leaf-as-ca", "UntrustedCertificate"),
        new Case("n-v3-iso-leaf-as-ca", "InvalidSignature"),
        new Case("n-v2-tampered-payload", "InvalidSignature"),
        new Case("n-v2-tampered-set", "NotInTransparencyLog"),
        new Case("n-v2-bundle-removed", "NotInTransparencyLog"),
        new Case("n-v2-never-logged", "NotInTransparencyLog"),
        new Case("n-v2-foreign-tlog-entry", "InvalidSignature"),
        new Case("n-v2-stolen-cert", "InvalidSignature"),
        new Case("n-v2-garbage-sig-tag", "InvalidSignature"),
        new Case("n-v2-iso-set-other-key", "NotInTransparencyLog"),
        new Case("n-v2-iso-tlog-hash", "InvalidSignature"),
        new Case("n-v2-iso-tlog-key", "InvalidSignature"),
        new Case("n-v2-iso-tlog-signature", "InvalidSignature"),
        new Case("x-v2-gzip-payload", "InvalidSignature"),
        new Case("n-v3-replay", "SignatureForOtherDigest"),
        new Case("n-v3-tampered-payload", "InvalidSignature"),
        new Case("n-v3-tampered-signature", "InvalidSignature"),
        new Case("n-v3-tampered-set-rekor1-only", "NotInTransparencyLog"),
        new Case("x-v3-set-removed-with-tsa", "NotInTransparencyLog"),
        new Case("n-v3-tampered-integrated-time", "NotInTransparencyLog"),
        new Case("n-v3-tampered-root-hash", "NotInTransparencyLog"),
        new Case("n-v3-tampered-checkpoint", "NotInTransparencyLog"),
        new Case("n-v3-inclusion-proof-removed", "NotInTransparencyLog"),
        new Case("n-v3-tlog-removed-no-tsa", "NotInTransparencyLog"),
        new Case("n-v3-two-dsse-signatures-valid-first", "InvalidSignature"),
        new Case("n-v3-foreign-certificate", "InvalidSignature"),
        new Case("n-v3-rekor2-tampered-tsa", "NotInTransparencyLog"),
        new Case("n-v3-rekor2-tsa-removed", "NotInTransparencyLog"),
        new Case("n-v3-rekor2-tampered-proof", "NotInTransparencyLog"),
        new Case("n-v3-unknown-log", "NotInTransparencyLog"),
        new Case("n-v3-iso-tlog-hash", "InvalidSignature"),
        new Case("n-v3-iso-tlog-key", "InvalidSignature"),
        new Case("n-v3-iso-tlog-kind-hashedrekord", "InvalidSignature"),
        new Case("n-v3-iso-subject-other-algorithm", "SignatureForOtherDigest"),
        new Case("n-v3-iso-statement-type", "InvalidSignature"),
        new Case("x-v3-iso-x509-chain", "InvalidSignature"),
        new Case("x-v3-iso-rekor2-dsse002", "InvalidSignature"),
        new Case("x-v3-gzip-bundle", "InvalidSignature"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void findsWhatCosignWrote(Case c) throws ProblemException {
    SigstoreVerifier verifier =
        SigstoreVerifier.over(List.of(TrustRoot.parse(CosignStore.trustedRoot())));

    SignatureFinding finding =
        verifier.verify(STORE.candidates("edera-dev/" + c.name(), "6.15.6").getFirst());

    switch (finding) {
      case SignatureFinding.Verified(SignatureFacts facts) -> {
        assertThat(facts.format()).isEqualTo(c.expected());
        assertThat(facts.isSignature()).isTrue();
        assertThat(facts.issuer()).isEqualTo("https://token.actions.githubusercontent.com");
        assertThat(facts.githubRepository()).contains("edera-dev/linux-kernel-oci");
        assertThat(facts.claims()).containsKey(CertificateClaim.GITHUB_REF);
      }
      case SignatureFinding.Failed(Problem problem) -> {
        assertThat(problem.reason().toString()).as(problem.detail()).isEqualTo(c.expected());
        assertThat(problem.reason()).isNotEqualTo(Reason.INTERNAL_ERROR);
      }
    }
  }
}
