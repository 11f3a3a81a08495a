// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static dev.kernelgate.signature.Defect.FOREIGN;
import static dev.kernelgate.signature.Defect.SIGSTORE;
import static dev.kernelgate.verdict.Reason.UNTRUSTED_CERTIFICATE;

import dev.kernelgate.testing.FakeCertificateRequest;
import dev.kernelgate.testing.FakeCertificateRequest.Sct;
import dev.kernelgate.testing.FakeFulcio;
import dev.kernelgate.testing.FakeSigning;
import dev.kernelgate.testing.FakeSigning.Form;
import dev.kernelgate.testing.JsonTree;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Certificates of which one thing is not acceptable, in every form of signature. */
class CertificateDefectsTest {

  private static final String BEFORE = FakeSigning.TIME.minusSeconds(1).toString();
  private static final String AFTER = FakeSigning.TIME.plusSeconds(1).toString();

  static Stream<Defect> defects() {
    return Stream.of(Form.values()).flatMap(form -> defects(form).stream());
  }

  private static List<Defect> defects(Form form) {
    return List.of(
        signing(
            form,
            "does not vouch",
            "authority is not in the trust root",
            signing -> signing.fulcio(new FakeFulcio(SIGSTORE.ctLog()))),
        root(
            form,
            "does not vouch",
            "authority's time was over",
            root -> root.set("certificateAuthorities/0/validFor/end", BEFORE)),
        root(
            form,
            "does not vouch",
            "authority's time had not begun",
            root -> root.set("certificateAuthorities/0/validFor/start", AFTER)),
        certificate(
            form,
            "not for code signing",
            "for servers",
            request -> request.uses(KeyPurposeId.id_kp_serverAuth)),
        certificate(form, "not for code signing", "for no stated use", request -> request.uses()),
        certificate(
            form,
            "no signed certificate timestamp",
            "not in a CT log",
            request -> request.sct(Sct.ABSENT)),
        certificate(
            form,
            "does not vouch",
            "CT log's signature is for another certificate",
            request -> request.sct(Sct.TAMPERED)),
        signing(
            form,
            "does not vouch",
            "CT log is not in the trust root",
            signing -> signing.fulcio(SIGSTORE.fulcio().loggingTo(FOREIGN.ctLog()))),
        root(
            form,
            "does not vouch",
            "CT log's time was over",
            root -> root.set("ctlogs/0/publicKey/validFor/end", BEFORE)),
        root(
            form,
            "does not vouch",
            "CT log's time had not begun",
            root -> root.set("ctlogs/0/publicKey/validFor/start", AFTER)),
        certificate(form, "0 subject alternative names", "no name", request -> request.names()),
        certificate(
            form,
            "2 subject alternative names",
            "two names",
            request -> request.names(uri("https://a.test/"), uri("https://b.test/"))),
        certificate(
            form,
            "neither a URI nor an e-mail",
            "name of a host",
            request -> request.names(new GeneralName(GeneralName.dNSName, "acme.test"))),
        certificate(
            form,
            "extension 1.3.6.1.4.1.57264.1.8 cannot be read",
            "issuer is not a DER string",
            request -> request.bareExtension(8, FakeCertificateRequest.ISSUER)),
        certificate(
            form,
            "extension 1.3.6.1.4.1.57264.1.15 cannot be read",
            "claim is not a DER string",
            request -> request.bareExtension(15, "1234")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("defects")
  void refuses(Defect defect) {
    defect.check();
  }

  private static GeneralName uri(String uri) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
  }

  private static Defect certificate(
      Form form, String detail, String name, Consumer<FakeCertificateRequest> change) {
    return signing(form, detail, name, signing -> signing.certificate(change));
  }

  private static Defect signing(
      Form form, String detail, String name, Consumer<FakeSigning> change) {
    return Defect.of(form, UNTRUSTED_CERTIFICATE, detail, name, change);
  }

  private static Defect root(Form form, String detail, String name, Consumer<JsonTree> change) {
    return Defect.ofRoot(form, UNTRUSTED_CERTIFICATE, detail, name, change);
  }
}
