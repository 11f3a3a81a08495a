// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.verdict.Reason;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class NearnessTest {

  @Test
  void onlyWhoeverHasLookedForSignaturesMissesTheWantedOne() {
    assertThat(Arrays.stream(Reason.values()).filter(Nearness::isForWantOfASignature))
        .containsExactlyInAnyOrder(
            Reason.NO_SIGNATURE,
            Reason.ATTESTATION_ONLY,
            Reason.INVALID_SIGNATURE,
            Reason.SIGNATURE_FOR_OTHER_DIGEST,
            Reason.UNTRUSTED_CERTIFICATE,
            Reason.NOT_IN_TRANSPARENCY_LOG,
            Reason.ISSUER_MISMATCH,
            Reason.IDENTITY_MISMATCH,
            Reason.REPOSITORY_MISMATCH);
  }
}
