// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.InvalidReferenceException;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.BootKernels;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/** The images that this node boots for what pods ask for. Safe for concurrent use. */
public final class NodeKernels implements BootKernels {

  private final DaemonVariants variants;
  private final ZoneFiles zoneFiles;

  /**
   * Kernels of this node.
   *
   * @param daemonToml the daemon's configuration; need not exist
   * @param zoneDirectory where the daemon's default kernel files are; need not exist
   */
  public NodeKernels(Path daemonToml, Path zoneDirectory, InstantSource clock) {
    this.variants = new DaemonVariants(daemonToml);
    this.zoneFiles = new ZoneFiles(zoneDirectory, clock);
  }

  @Override
  public Map<ZoneFile, Digest> defaultFiles(Deadline deadline) throws ProblemException {
    return zoneFiles.read(deadline);
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
