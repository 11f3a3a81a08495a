// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.InvalidReferenceException;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;

/** What a request for a kernel comes to on this node: an image, or why there is none. */
public sealed interface BootName {

  /** The node boots this image. */
  record Image(KernelReference reference) implements BootName {}

  /** There is no image that could be judged. */
  record None(Problem problem) implements BootName {}

  /** The image of a reference as people write them; none, if it is malformed. */
  static BootName parse(String reference) {
    try {
      return new Image(KernelReference.parse(reference));
    } catch (InvalidReferenceException e) {
      return new None(new Problem(Reason.INVALID_REFERENCE, String.valueOf(e.getMessage())));
    }
  }

  /**
   * The image.
   *
   * @throws ProblemException with the problem, if there is none
   */
  default KernelReference require() throws ProblemException {
    return switch (this) {
      case Image(KernelReference reference) -> reference;
      case None(Problem problem) -> throw new ProblemException(problem);
    };
  }
}
