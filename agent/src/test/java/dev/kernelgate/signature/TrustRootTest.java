// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kernelgate.testing.FakeCrypto;
import dev.kernelgate.testing.FakeSigning;
import dev.kernelgate.testing.FakeSigning.Form;
import dev.kernelgate.testing.FakeSigstore;
import dev.kernelgate.testing.JsonTree;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrustRootTest {

  private static final FakeSigstore SIGSTORE = new FakeSigstore();

  record Case(String name, String detail, Consumer<JsonTree> change) {

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> unusable() {
    return Stream.of(
        new Case("no certificate authority", "0, 2 and 1", r -> r.remove("certificateAuthorities")),
        new Case("no log", "1, 0 and 1", r -> r.remove("tlogs")),
        new Case("no CT log", "1, 2 and 0", r -> r.remove("ctlogs")),
        new Case(
            "log without a start",
            "from when it is valid",
            r -> r.remove("tlogs/1/publicKey/validFor/start")),
        new Case(
            "CT log without a validity",
            "from when it is valid",
            r -> r.remove("ctlogs/0/publicKey/validFor")),
        new Case("other media type", "mediaType", r -> r.set("mediaType", "text/plain")),
        new Case("log at no host", "no host", r -> r.set("tlogs/0/baseUrl", "rekor")),
        new Case("log at no URL", "not a usable", r -> r.set("tlogs/0/baseUrl", "https://a b")),
        new Case(
            "CT log's key is not one",
            "not a usable",
            r -> r.set("ctlogs/0/publicKey/rawBytes", "AAAA")),
        new Case(
            "authority's certificate is not one",
            "certificate",
            r -> r.set("certificateAuthorities/0/certChain/certificates/1/rawBytes", "AAAA")),
        new Case(
            "authority without certificates",
            "not a usable",
            r -> r.set("certificateAuthorities/0/certChain/certificates", List.of())),
        new Case(
            "timestamp authority without certificates",
            "not a usable",
            r -> r.set("timestampAuthorities/0/certChain/certificates", List.of())),
        new Case("other types", "not a usable", r -> r.set("tlogs", 7)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusable")
  void refusesARootThatCannotBeUsed(Case c) {
    JsonTree root = SIGSTORE.trustedRoot();
    c.change().accept(root);

    assertUnavailable(root.bytes(), c.detail());
  }

  @Test
  void refusesWhatIsNoTrustedRoot() {
    assertUnavailable(new byte[0], "does not start with an object");
    assertUnavailable(FakeCrypto.utf8("-----BEGIN PUBLIC KEY-----"), "");
    assertUnavailable(FakeCrypto.utf8("{}"), "0, 0 and 0");
    assertUnavailable(new byte[TrustRoot.MAX_BYTES + 1], "more than");
  }

  @Test
  void carriesThePublicGoodRootUnchanged() throws ProblemException {
    assertThat(TrustRoot.parse(TrustRoot.publicGoodFile()).revision())
        .isEqualTo("6494e21ea73fa7ee");
  }

  @Test
  void thePublicGoodRootDoesNotVouchForOthers() throws ProblemException {
    SigstoreVerifier verifier =
        SigstoreVerifier.over(List.of(TrustRoot.parse(TrustRoot.publicGoodFile())));
    for (Form form : List.of(Form.LEGACY, Form.BUNDLE_V1, Form.BUNDLE_V2)) {
      assertThat(verifier.verify(new FakeSigning(SIGSTORE, form).candidate()))
          .asString()
          .contains("UntrustedCertificate");
    }
  }

  @Test
  void needsAtLeastOneRoot() {
    assertThatThrownBy(() -> SigstoreVerifier.over(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertUnavailable(byte[] json, String detail) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> TrustRoot.parse(json))
        .satisfies(
            e -> {
              assertThat(e.problem().reason()).isEqualTo(Reason.TRUST_ROOT_UNAVAILABLE);
              assertThat(e.problem().detail()).contains(detail);
            });
  }
}
