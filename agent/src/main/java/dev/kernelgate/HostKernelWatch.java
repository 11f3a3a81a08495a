// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.metrics.AgentMetrics;
import dev.kernelgate.node.HostKernelFile;
import dev.kernelgate.policy.KernelStandard;
import dev.kernelgate.systemd.AgentMessage;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.KernelVerifier;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the file that the host was booted from with the kernel of an image, which is verified
 * like a pod's. Looks from one thread; what it found may be asked for from any.
 */
final class HostKernelWatch {

  /** Between two looks; files change rarely, and the verifier remembers the image. */
  static final Duration APART = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(HostKernelWatch.class);

  private static final Problem NO_KERNEL =
      new Problem(Reason.DEFAULT_KERNEL_UNKNOWN, "the image has no kernel");

  private final KernelReference image;
  private final HostKernelFile file;
  private final KernelVerifier verifier;
  private final Surroundings surroundings;
  private final Duration budget;
  private volatile HostKernel latest;
  private Optional<HostKernel> told = Optional.empty();

  private HostKernelWatch(
      AgentConfig.HostKernel configured,
      KernelVerifier verifier,
      Surroundings surroundings,
      Duration budget) {
    this.image = configured.image();
    this.file =
        new HostKernelFile(
            configured.file().orElseGet(HostKernelFile::usual), surroundings.clock());
    this.verifier = verifier;
    this.surroundings = surroundings;
    this.budget = budget;
    this.latest =
        unknown(Optional.empty(), new Problem(Reason.PENDING, "it was not looked at yet"));
  }

  /** A watch, where the configuration names an image. */
  static Optional<HostKernelWatch> of(
      AgentConfig config, KernelVerifier verifier, Surroundings surroundings) {
    Duration budget = config.checks().deadline();
    return config
        .node()
        .hostKernel()
        .map(host -> new HostKernelWatch(host, verifier, surroundings, budget));
  }

  /** What was found at the last look. */
  HostKernel latest() {
    return latest;
  }

  /** Shows what was found as a number, also where there is nothing to be found. */
  static void show(Optional<HostKernelWatch> watch, AgentMetrics metrics) {
    metrics.gauge(
        "kernelgate_host_kernel_verified",
        "Whether the host's kernel file is that of its image: 1, 0, or NaN if that is not known.",
        () -> watch.map(HostKernelWatch::number).orElse(Double.NaN));
  }

  private double number() {
    return switch (latest.state()) {
      case VERIFIED -> 1;
      case DIFFERENT -> 0;
      case UNKNOWN -> Double.NaN;
    };
  }

  /** Compares once, and logs what has changed. */
  void look() {
    Deadline deadline = surroundings.deadlineIn(budget);
    Optional<Digest> digest = Optional.empty();
    try {
      digest = Optional.of(file.digest(deadline));
      take(compare(digest.get(), verifier.standard(image, deadline)));
    } catch (ProblemException e) {
      take(unknown(digest, e.problem()));
    }
  }

  private HostKernel compare(Digest digest, KernelStandard standard) {
    return switch (standard) {
      case KernelStandard.Known known ->
          Optional.ofNullable(known.files().get(ZoneFile.KERNEL))
              .map(expected -> HostKernel.compared(file.path(), image, digest, expected))
              .orElseGet(() -> unknown(Optional.of(digest), NO_KERNEL));
      case KernelStandard.Rejected(_, Reason reason) ->
          unknown(Optional.of(digest), new Problem(reason, "the image is rejected"));
      case KernelStandard.Open(_, Problem problem) -> unknown(Optional.of(digest), problem);
    };
  }

  private HostKernel unknown(Optional<Digest> digest, Problem why) {
    return HostKernel.unknown(file.path(), image, digest, why);
  }

  /** What is still being worked out is no news. */
  private void take(HostKernel found) {
    latest = found;
    if (found.isPending() || told.filter(before -> !found.isNewsAfter(before)).isPresent()) {
      return;
    }
    told = Optional.of(found);
    (found.state() == HostKernel.State.VERIFIED ? LOG.atInfo() : LOG.atWarn())
        .addMarker(AgentMessage.HOST_KERNEL_COMPARED.marker())
        .addKeyValue("KERNELGATE_HOST_KERNEL", found.state())
        .addKeyValue("KERNELGATE_IMAGE", image)
        .log("host kernel {}: {}", found.state(), found.message());
  }
}
