// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.SignatureFacts;
import java.util.Map;
import java.util.Optional;

/** An image that files of the node are compared with, and what is known of it. */
public sealed interface KernelStandard {

  /** The image as the configuration names it. */
  KernelReference image();

  /**
   * It is trusted, and looked into.
   *
   * @param manifest the platform manifest that was trusted
   * @param signature by which it was
   * @param files what it holds, by content
   */
  record Known(
      KernelReference image,
      Digest manifest,
      Optional<SignatureFacts> signature,
      Map<ZoneFile, Digest> files)
      implements KernelStandard {
    public Known {
      files = Map.copyOf(files);
    }
  }

  /** It is rejected, so what is in it does not matter. */
  record Rejected(KernelReference image, Reason reason) implements KernelStandard {}

  /** Whether it is trusted, or what is in it, is not known yet. */
  record Open(KernelReference image, Problem problem) implements KernelStandard {}
}
