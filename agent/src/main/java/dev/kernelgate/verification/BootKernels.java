// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.verdict.ProblemException;

/**
 * Knows which image this node boots for what was asked. Implementations read the node, never the
 * network.
 */
public interface BootKernels {

  /**
   * The image that would boot.
   *
   * @throws ProblemException {@code InvalidReference}, {@code ConflictingAnnotations}, {@code
   *     UnknownVariant}, or {@code DefaultKernelUnknown}
   */
  KernelReference referenceFor(AskedKernel asked) throws ProblemException;
}
