// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.AskedKernel;

/**
 * Knows which image this node boots for what was asked. Implementations read the node, never the
 * network.
 */
@FunctionalInterface
public interface BootKernels {

  /**
   * What would boot. Where there is no image, the problem is {@code InvalidReference}, {@code
   * ConflictingAnnotations}, {@code UnknownVariant}, {@code ConfigurationUnknown} or {@code
   * DefaultKernelUnknown}.
   */
  BootNames namesFor(AskedKernel asked);
}
