// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.util.Map;

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

  /**
   * The files that boot when nothing was asked for by name, by content. Reads all of them, so it
   * blocks.
   *
   * @throws ProblemException {@code DefaultKernelUnknown} or {@code DeadlineExceeded}
   */
  default Map<ZoneFile, Digest> defaultFiles(Deadline deadline) throws ProblemException {
    throw new ProblemException(Reason.DEFAULT_KERNEL_UNKNOWN, "the node's files are not looked at");
  }
}
