// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.testing.CosignCase;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.Reason;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Writes {@code cosign-cases.md} from the cases and our answers. */
final class CosignCasesDocument {

  private CosignCasesDocument() {}

  static String of(List<CosignCase> cases, Map<String, Reason> answers) {
    StringBuilder text =
        new StringBuilder(
            """
            # Kernels signed by real cosign

            124 images shaped like Edera's kernels, signed and tampered with using cosign 2.5.0 and 3.1.1, and what is said about
            each: by kernelgate, and by both cosigns when asked offline to verify the reference with Edera's identity
            (`cosign verify --offline --certificate-identity ...`). The table is made by `CosignCasesTest` and compared with it.

            Where kernelgate and a cosign differ, the last column says why:

            - **a** cosign looks at the digest that the reference names, and no further. A node boots a platform manifest, so that a
              signature over the platform manifest counts as well.
            - **b** cosign 2.5.0 does not look for bundles where cosign 3 puts them.
            - **c** cosign does not look at the image: that there is a manifest for the platform, that its config agrees, that the
              bytes have the digest. A node that boots it has to.
            - **d** cosign 3.1.1 takes any attestation for a signature. An SBOM by the right workflow says nothing about booting.
            - **e** cosign 3.1.1 stops looking for `.sig` signatures as soon as one bundle parses, so that junk hides a good one.
            - **f** kernelgate is stricter on purpose: compressed bundles are refused (they can grow without bound), and so are entry
              kinds that no released signer writes.

            | case | what it is | kernelgate | cosign 2.5.0 | cosign 3.1.1 | differs |
            |---|---|---|---|---|---|
            """);
    for (CosignCase one : cases) {
      Reason reason = Objects.requireNonNull(answers.get(one.name()));
      boolean trusts = reason.outcome() == Outcome.TRUSTED;
      text.append(
          "| `%s` | %s | %s `%s` | %s | %s | %s |%n"
              .formatted(
                  one.name(),
                  one.description().replace("|", "\\|").replace("<", "&lt;"),
                  reason.outcome(),
                  reason,
                  accepts(one.cosign2()),
                  accepts(one.cosign3()),
                  difference(one, reason, trusts)));
    }
    return text.toString();
  }

  private static String difference(CosignCase one, Reason reason, boolean trusts) {
    if (trusts == one.cosign2() && trusts == one.cosign3()) {
      return "";
    }
    if (trusts) {
      return trustedDifference(one, reason);
    }
    return switch (reason) {
      case NO_PLATFORM_MANIFEST, PLATFORM_MISMATCH, REGISTRY_MISBEHAVED -> "c";
      case ATTESTATION_ONLY -> "d";
      case INVALID_SIGNATURE -> "f";
      default -> "?";
    };
  }

  private static String trustedDifference(CosignCase one, Reason reason) {
    if (!one.cosign2() && !one.cosign3()) {
      return reason == Reason.SIGNED_PLATFORM_MANIFEST ? "a" : "?";
    }
    return one.cosign3() ? "b" : "e";
  }

  private static String accepts(boolean accepts) {
    return accepts ? "accepts" : "denies";
  }
}
