// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.InvalidReferenceException;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.BootKernels;
import java.nio.file.Path;

/** The images that this node boots for what pods ask for. Safe for concurrent use. */
public final class NodeKernels implements BootKernels {

  private final DaemonVariants variants;

  /**
   * Kernels of this node.
   *
   * @param daemonToml the daemon's configuration; need not exist
   */
  public NodeKernels(Path daemonToml) {
    this.variants = new DaemonVariants(daemonToml);
  }

  @Override
  public KernelReference referenceFor(AskedKernel asked) throws ProblemException {
    return switch (asked) {
      case AskedKernel.Image(String reference) -> parse(reference);
      case AskedKernel.Variant(String name) -> parse(variants.reference(name));
      case AskedKernel.NodeDefault() ->
          throw new ProblemException(
              Reason.DEFAULT_KERNEL_UNKNOWN, "no kernel image was asked for by name");
      case AskedKernel.Conflicting _ ->
          throw new ProblemException(Reason.CONFLICTING_ANNOTATIONS, "both annotations are set");
    };
  }

  private static KernelReference parse(String reference) throws ProblemException {
    try {
      return KernelReference.parse(reference);
    } catch (InvalidReferenceException e) {
      throw new ProblemException(Reason.INVALID_REFERENCE, String.valueOf(e.getMessage()), e);
    }
  }
}
