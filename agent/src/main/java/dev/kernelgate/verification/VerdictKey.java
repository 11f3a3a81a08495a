// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.oci.ResolvedKernel;
import dev.kernelgate.verdict.Problem;
import java.util.List;

/**
 * Everything that a verdict depends on but time: the digests and where their signatures are, the
 * policy and the trust root. A tag is not in it.
 *
 * @param name registry and repository, on which the rule depends as well
 * @param signable the manifest's indexes, outermost first, and the manifest
 * @param openQuestions what was not found out about the kernel, which a verdict may turn on
 */
record VerdictKey(
    String name,
    List<Digest> signable,
    List<Problem> openQuestions,
    String policyRevision,
    String trustRootRevision) {

  static VerdictKey of(
      KernelReference reference,
      ResolvedKernel kernel,
      String policyRevision,
      String trustRootRevision) {
    return new VerdictKey(
        reference.name(),
        kernel.manifest().signable(),
        kernel.openQuestions(),
        policyRevision,
        trustRootRevision);
  }
}
