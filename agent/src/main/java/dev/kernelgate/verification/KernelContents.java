// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.oci.ResolvedKernel;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.util.Map;

/**
 * Knows what files are in kernel images. It looks into images that are trusted, and says nothing
 * about whether they are. Safe for any thread.
 */
@FunctionalInterface
public interface KernelContents {

  /**
   * The files of an image, by content; without those that it does not have. Waits for some of the
   * time at most: what takes longer goes on, and is there for a later question.
   *
   * @param reference by which the image is fetched
   * @throws ProblemException {@code Pending} while it is being found out, {@code LayerUnreadable},
   *     or whatever kept the layers from being fetched
   */
  Map<ZoneFile, Digest> of(KernelReference reference, ResolvedKernel kernel, Deadline deadline)
      throws ProblemException;

  /** Looks into nothing. */
  static KernelContents unknown() {
    return (_, _, _) -> {
      throw new ProblemException(Reason.LAYER_UNREADABLE, "images are not looked into");
    };
  }
}
