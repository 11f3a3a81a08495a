// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.BootKernels;
import dev.kernelgate.verification.BootName;
import dev.kernelgate.verification.BootNames;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** The images that this node boots for what pods ask for. Safe for concurrent use. */
public final class NodeKernels implements BootKernels {

  private final DaemonConfiguration daemon;
  private final ZoneFiles zoneFiles;

  /**
   * Kernels of this node.
   *
   * @param daemonToml the daemon's configuration; need not exist
   * @param daemonStart a file whose modification time is when the daemon started; need not exist
   * @param zoneDirectory where the daemon's default kernel files are; need not exist
   */
  public NodeKernels(
      Path daemonToml, Optional<Path> daemonStart, Path zoneDirectory, InstantSource clock) {
    this.daemon = new DaemonConfiguration(daemonToml, daemonStart, clock);
    this.zoneFiles = new ZoneFiles(zoneDirectory, clock);
  }

  @Override
  public Map<ZoneFile, Digest> defaultFiles(Deadline deadline) throws ProblemException {
    return zoneFiles.read(deadline);
  }

  @Override
  public BootNames namesFor(AskedKernel asked) {
    return switch (asked) {
      case AskedKernel.Image(String reference) -> BootNames.only(BootName.parse(reference));
      case AskedKernel.Variant(String name) -> daemon.variant(name);
      case AskedKernel.NodeDefault() ->
          none(Reason.DEFAULT_KERNEL_UNKNOWN, "no kernel image was asked for by name");
      case AskedKernel.Conflicting _ ->
          none(Reason.CONFLICTING_ANNOTATIONS, "both annotations are set");
    };
  }

  /** Looks at the daemon's configuration, so that what it was is known when it changes. */
  public void look() {
    daemon.look();
  }

  /** The host that the daemon asks in place of Docker Hub, as its configuration writes it. */
  public Optional<String> dockerHubMirror() {
    return daemon.dockerHubMirror();
  }

  /** How the daemon's configuration stands, as a lower-case fragment for people. */
  public String description() {
    return daemon.description();
  }

  private static BootNames none(Reason reason, String detail) {
    return BootNames.only(new BootName.None(new Problem(reason, detail)));
  }
}
