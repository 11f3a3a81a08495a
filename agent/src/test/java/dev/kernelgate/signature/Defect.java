// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.oci.SignatureCandidate;
import dev.kernelgate.policy.SignatureFinding;
import dev.kernelgate.testing.FakeSigning;
import dev.kernelgate.testing.FakeSigning.Form;
import dev.kernelgate.testing.FakeSigstore;
import dev.kernelgate.testing.JsonTree;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.util.List;
import java.util.function.Consumer;

/**
 * A signature with one defect. The detail tells which check found it, so that a case cannot pass
 * because of another one.
 */
record Defect(
    Form form,
    Reason expected,
    String detail,
    String name,
    Consumer<FakeSigning> change,
    Consumer<JsonTree> root) {

  static final FakeSigstore SIGSTORE = new FakeSigstore();

  /** Another instance with the same names, which nobody trusts. */
  static final FakeSigstore FOREIGN = new FakeSigstore();

  static Defect of(
      Form form, Reason expected, String detail, String name, Consumer<FakeSigning> change) {
    return new Defect(form, expected, detail, name, change, _ -> {});
  }

  /** A sound signature that another trust root cannot vouch for. */
  static Defect ofRoot(
      Form form, Reason expected, String detail, String name, Consumer<JsonTree> root) {
    return new Defect(form, expected, detail, name, _ -> {}, root);
  }

  /** The same defect, for which another reason fits. */
  Defect expecting(Reason reason) {
    return new Defect(form, reason, detail, name, change, root);
  }

  static SigstoreVerifier verifier(JsonTree root) {
    try {
      return SigstoreVerifier.over(List.of(TrustRoot.parse(root.bytes())));
    } catch (ProblemException e) {
      throw new AssertionError(e);
    }
  }

  void check() {
    FakeSigning signing = new FakeSigning(SIGSTORE, form);
    change.accept(signing);
    JsonTree trustedRoot = SIGSTORE.trustedRoot();
    root.accept(trustedRoot);
    SigstoreVerifier verifier = verifier(trustedRoot);
    checkFailed(
        switch (form) {
          case LEGACY, BUNDLE_V1, BUNDLE_V2 -> verifier.verify(signing.candidate());
          case FILE_V1, FILE_V2 ->
              verifier.verifyArtifact(signing.bundle().json(), FakeSigning.SUBJECT);
        });
  }

  /** Checks what a candidate that no signing makes comes to. */
  void check(SignatureCandidate candidate) {
    checkFailed(verifier(SIGSTORE.trustedRoot()).verify(candidate));
  }

  private void checkFailed(SignatureFinding finding) {
    switch (finding) {
      case SignatureFinding.Verified verified ->
          throw new AssertionError("verified: " + verified.facts());
      case SignatureFinding.Failed(Problem problem) -> {
        assertThat(problem.detail()).contains(detail);
        assertThat(problem.reason()).as(problem.detail()).isEqualTo(expected);
      }
    }
  }

  @Override
  public String toString() {
    return form + " " + expected + ": " + name;
  }
}
