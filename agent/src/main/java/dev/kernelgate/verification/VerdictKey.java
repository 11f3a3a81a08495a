// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.oci.ResolvedKernel;
import dev.kernelgate.verdict.Problem;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a verdict depends on but time: the digests, where their signatures are and who
 * may look there, the policy and the trust root. A tag is not in it.
 *
 * @param name registry and repository, on which the rule depends as well
 * @param signable the manifest's indexes, outermost first, and the manifest
 * @param openQuestions what was not found out about the kernel, which a verdict may turn on
 * @param keychain whose credentials the signatures were looked for with, beside the node's own
 */
record VerdictKey(
    String name,
    List<Digest> signable,
    List<Problem> openQuestions,
    Optional<Digest> keychain,
    String policyRevision,
    String trustRootRevision) {

  static VerdictKey of(
      KernelReference reference,
      ResolvedKernel kernel,
      Optional<Digest> keychain,
      String policyRevision,
      String trustRootRevision) {
    return new VerdictKey(
        reference.name(),
        kernel.manifest().signable(),
        kernel.openQuestions(),
        keychain,
        policyRevision,
        trustRootRevision);
  }
}
