// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.signature.Defect.SIGSTORE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.policy.SignatureFinding;
import dev.kernelgate.testing.FakeCertificateRequest;
import dev.kernelgate.testing.FakeCrypto;
import dev.kernelgate.testing.FakePayloads;
import dev.kernelgate.testing.FakeSigning;
import dev.kernelgate.testing.FakeSigning.Form;
import dev.kernelgate.testing.FakeSigstore;
import dev.kernelgate.verdict.CertificateClaim;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.SignatureFacts;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sound signatures, and what is reported about them. */
class AcceptedSignaturesTest {

  private static final Digest OTHER = Digest.of(FakeCrypto.utf8("another image"));

  record Case(String name, Form form, Consumer<FakeSigning> change) {

    @Override
    public String toString() {
      return form + " " + name;
    }
  }

  static Stream<Case> unusualButSound() {
    return Stream.of(
        new Case("with a timestamp too", Form.BUNDLE_V1, s -> s.timestampedAt(FakeSigning.LOGGED)),
        new Case(
            "with two timestamps",
            Form.BUNDLE_V2,
            s -> s.timestampedAt(FakeSigning.TIMESTAMPED, FakeSigning.LOGGED)),
        new Case(
            "logged in the certificate's first second",
            Form.LEGACY,
            s -> s.loggedAt(FakeSigning.TIME)),
        new Case(
            "logged in the certificate's last second",
            Form.BUNDLE_V1,
            s -> s.loggedAt(FakeSigning.TIME.plusSeconds(600))),
        new Case(
            "statement with text beyond ASCII",
            Form.BUNDLE_V1,
            statement("{}}", "{\"by\":\"Zoë 🦀\"}}")),
        new Case(
            "statement with text beyond ASCII",
            Form.BUNDLE_V2,
            statement("{}}", "{\"by\":\"Zoë 🦀\"}}")),
        new Case(
            "statement of version 0.1",
            Form.BUNDLE_V1,
            statement("Statement/v1", "Statement/v0.1")),
        new Case(
            "statement without a predicate", Form.BUNDLE_V1, statement(",\"predicate\":{}", "")),
        new Case(
            "statement about two subjects",
            Form.BUNDLE_V2,
            statement(
                "[", "[{\"name\":\"other\",\"digest\":{\"sha256\":\"" + OTHER.hex() + "\"}},")),
        new Case(
            "payload for another repository",
            Form.LEGACY,
            s ->
                s.payload(
                    FakePayloads.simpleSigning(FakeSigning.SUBJECT)
                        .replace("registry.test", "mirror.test"))),
        new Case(
            "media type in its older spelling",
            Form.BUNDLE_V1,
            s ->
                s.result(
                    b ->
                        b.set(
                            "mediaType", "application/vnd.dev.sigstore.bundle+json;version=0.3"))),
        new Case(
            "members that are not known",
            Form.BUNDLE_V2,
            s -> s.result(b -> b.set("verificationMaterial/tlogEntries/0/future", "thing"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusualButSound")
  void acceptsWhatIsUnusualButSound(Case c) {
    FakeSigning signing = new FakeSigning(SIGSTORE, c.form());
    c.change().accept(signing);

    assertThat(facts(verifier().verify(signing.candidate())).isSignature()).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Form.class)
  void reportsEveryFact(Form form) {
    FakeSigning signing = new FakeSigning(SIGSTORE, form);

    SignatureFacts facts =
        switch (form) {
          case LEGACY, BUNDLE_V1, BUNDLE_V2 -> facts(verifier().verify(signing.candidate()));
          case FILE_V1, FILE_V2 ->
              facts(verifier().verifyArtifact(signing.bundle().json(), FakeSigning.SUBJECT));
        };

    boolean isV2 = form == Form.BUNDLE_V2 || form == Form.FILE_V2;
    boolean isFile = form == Form.FILE_V1 || form == Form.FILE_V2;
    assertThat(facts)
        .isEqualTo(
            new SignatureFacts(
                FakeSigning.SUBJECT,
                isFile ? "" : SignatureFacts.COSIGN_SIGN,
                FakeCertificateRequest.ISSUER,
                FakeCertificateRequest.IDENTITY,
                Map.of(
                    CertificateClaim.GITHUB_TRIGGER, "push",
                    CertificateClaim.GITHUB_REPOSITORY, FakeCertificateRequest.REPOSITORY,
                    CertificateClaim.GITHUB_REF, "refs/heads/main",
                    CertificateClaim.SOURCE_REPOSITORY, "https://github.com/acme/kernels"),
                isV2 ? FakeSigning.TIMESTAMPED : FakeSigning.LOGGED,
                isV2 ? "log2026-1.rekor.sigstore.test" : "rekor.sigstore.test",
                isV2 ? 5 : 148_000_005,
                form == Form.LEGACY ? "cosign-legacy" : "sigstore-bundle-v0.3"));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = Form.class,
      names = {"LEGACY", "BUNDLE_V1", "BUNDLE_V2"})
  void acceptsTheOnlyEntryOfALog(Form form) {
    FakeSigstore young = new FakeSigstore();
    young.rekorV1().among(0, 0);
    young.rekorV2().among(0, 0);

    SignatureFinding finding =
        Defect.verifier(young.trustedRoot()).verify(new FakeSigning(young, form).candidate());

    assertThat(facts(finding).isSignature()).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = Form.class,
      names = {"BUNDLE_V1", "BUNDLE_V2"})
  void acceptsEveryPlaceInALog(Form form) {
    FakeSigstore sigstore = new FakeSigstore();
    SigstoreVerifier verifier = Defect.verifier(sigstore.trustedRoot());
    for (int older = 0; older < 9; older++) {
      sigstore.rekorV1().among(older, 8 - older);
      sigstore.rekorV2().among(older, 8 - older);

      SignatureFinding finding = verifier.verify(new FakeSigning(sigstore, form).candidate());

      assertThat(facts(finding).logIndex() % 1_000_000).isEqualTo(older);
    }
  }

  @Test
  void reportsAttestationsByTheirPredicate() {
    FakeSigning signing =
        new FakeSigning(SIGSTORE, Form.BUNDLE_V1)
            .payload(FakePayloads.statement(FakeSigning.SUBJECT, "https://cyclonedx.org/bom"));

    SignatureFacts facts = facts(verifier().verify(signing.candidate()));

    assertThat(facts.predicateType()).isEqualTo("https://cyclonedx.org/bom");
    assertThat(facts.isSignature()).isFalse();
  }

  @Test
  void reportsAPersonByTheirAddress() {
    FakeSigning signing =
        new FakeSigning(SIGSTORE, Form.BUNDLE_V1)
            .certificate(c -> c.names(new GeneralName(GeneralName.rfc822Name, "zoe@acme.test")));

    assertThat(facts(verifier().verify(signing.candidate())).identity()).isEqualTo("zoe@acme.test");
  }

  @Test
  void prefersTheNewerIssuerExtension() {
    FakeSigning both =
        new FakeSigning(SIGSTORE, Form.LEGACY)
            .certificate(c -> c.extension(8, "https://newer.test"));
    FakeSigning older = new FakeSigning(SIGSTORE, Form.LEGACY).certificate(c -> c.without(8));
    FakeSigning none =
        new FakeSigning(SIGSTORE, Form.LEGACY).certificate(c -> c.without(8).without(1));

    assertThat(facts(verifier().verify(both.candidate())).issuer()).isEqualTo("https://newer.test");
    assertThat(facts(verifier().verify(older.candidate())).issuer())
        .isEqualTo(FakeCertificateRequest.ISSUER);
    assertThat(facts(verifier().verify(none.candidate())).issuer()).isEmpty();
  }

  @Test
  void acceptsOlderBundlesWithAChain() {
    for (String version : List.of("0.1", "0.2")) {
      FakeSigning signing =
          new FakeSigning(SIGSTORE, Form.BUNDLE_V1)
              .result(
                  bundle -> {
                    String leaf = bundle.text("verificationMaterial/certificate/rawBytes");
                    bundle
                        .set(
                            "mediaType",
                            "application/vnd.dev.sigstore.bundle+json;version=" + version)
                        .remove("verificationMaterial/certificate")
                        .set(
                            "verificationMaterial/x509CertificateChain",
                            Map.of("certificates", List.of(Map.of("rawBytes", leaf))));
                  });

      assertThat(facts(verifier().verify(signing.candidate())).format())
          .isEqualTo("sigstore-bundle-v" + version);
    }
  }

  @Test
  void acceptsAKeyOfAnotherKindOverAStatement() {
    FakeSigning signing = new FakeSigning(SIGSTORE, Form.BUNDLE_V1, "Ed25519");

    assertThat(facts(verifier().verify(signing.candidate())).isSignature()).isTrue();
  }

  @Test
  void acceptsWhatAnyOfSeveralRootsVouchesFor() throws ProblemException {
    FakeSigstore second = new FakeSigstore();
    TrustRoot one = TrustRoot.parse(SIGSTORE.trustedRoot().bytes());
    TrustRoot two = TrustRoot.parse(second.trustedRoot().bytes());
    SigstoreVerifier both = SigstoreVerifier.over(List.of(one, two));
    for (Form form : List.of(Form.LEGACY, Form.BUNDLE_V1, Form.BUNDLE_V2)) {
      assertThat(facts(both.verify(new FakeSigning(SIGSTORE, form).candidate()))).isNotNull();
      assertThat(facts(both.verify(new FakeSigning(second, form).candidate()))).isNotNull();
    }
    assertThat(both.trustRootRevision()).isEqualTo(one.revision() + "+" + two.revision());
  }

  @Test
  void namesTheFailureOfTheRootThatKnowsTheCertificate() throws ProblemException {
    FakeSigstore second = new FakeSigstore();
    SigstoreVerifier both =
        SigstoreVerifier.over(
            List.of(
                TrustRoot.parse(SIGSTORE.trustedRoot().bytes()),
                TrustRoot.parse(second.trustedRoot().bytes())));
    for (FakeSigstore signer : List.of(SIGSTORE, second)) {
      FakeSigning unlogged = new FakeSigning(signer, Form.BUNDLE_V2).timestampedAt();

      assertThat(both.verify(unlogged.candidate()))
          .isInstanceOfSatisfying(
              SignatureFinding.Failed.class,
              failed ->
                  assertThat(failed.problem().reason()).isEqualTo(Reason.NOT_IN_TRANSPARENCY_LOG));
    }
  }

  /** A statement of cosign's in which one text stands for another. */
  private static Consumer<FakeSigning> statement(String text, String other) {
    return signing ->
        signing.payload(FakePayloads.cosignStatement(FakeSigning.SUBJECT).replace(text, other));
  }

  private static SigstoreVerifier verifier() {
    return Defect.verifier(SIGSTORE.trustedRoot());
  }

  static SignatureFacts facts(SignatureFinding finding) {
    return switch (finding) {
      case SignatureFinding.Verified(SignatureFacts facts) -> facts;
      case SignatureFinding.Failed(var problem) -> throw new AssertionError(problem);
    };
  }
}
