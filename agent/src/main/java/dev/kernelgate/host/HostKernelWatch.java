// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.host;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.metrics.AgentMetrics;
import dev.kernelgate.policy.KernelStandard;
import dev.kernelgate.systemd.AgentMessage;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.KernelVerifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the file that the host was booted from with the kernel of an image, which is verified
 * like a pod's. Looks from one thread; what it found may be asked for from any.
 */
public final class HostKernelWatch {

  /** Between two looks; files change rarely, and the verifier remembers the image. */
  public static final Duration APART = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(HostKernelWatch.class);

  private static final Problem NO_KERNEL =
      new Problem(Reason.DEFAULT_KERNEL_UNKNOWN, "the image has no kernel");

  private final KernelReference image;
  private final Path path;
  private final Content content;
  private final KernelVerifier verifier;
  private final LongSupplier nanoTime;
  private final Duration budget;
  private volatile HostKernel latest;
  private Optional<HostKernel> told = Optional.empty();

  /** What is in the host's kernel file. */
  @FunctionalInterface
  public interface Content {

    /**
     * Its digest. Blocks.
     *
     * @throws ProblemException if there is no such file, it cannot be read or not in time
     */
    Digest digest(Deadline deadline) throws ProblemException;
  }

  /**
   * Has not looked yet.
   *
   * @param image whose kernel it should be
   * @param path of the file that the host was booted from, for people
   * @param content of that file
   * @param budget time for one look
   */
  public HostKernelWatch(
      KernelReference image,
      Path path,
      Content content,
      KernelVerifier verifier,
      LongSupplier nanoTime,
      Duration budget) {
    this.image = image;
    this.path = path;
    this.content = content;
    this.verifier = verifier;
    this.nanoTime = nanoTime;
    this.budget = budget;
    this.latest =
        unknown(Optional.empty(), new Problem(Reason.PENDING, "it was not looked at yet"));
  }

  /** The members of the status: what was found at the last look. */
  public Map<String, Object> toFields() {
    return latest.toFields();
  }

  /** What was found at the last look. */
  HostKernel latest() {
    return latest;
  }

  /** Shows what was found as a number, also where there is nothing to be found. */
  public static void show(Optional<HostKernelWatch> watch, AgentMetrics metrics) {
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
  public void look() {
    Deadline deadline = Deadline.after(budget, nanoTime);
    Optional<Digest> digest = Optional.empty();
    try {
      digest = Optional.of(content.digest(deadline));
      take(compare(digest.get(), verifier.standard(image, deadline)));
    } catch (ProblemException e) {
      take(unknown(digest, e.problem()));
    }
  }

  private HostKernel compare(Digest digest, KernelStandard standard) {
    return switch (standard) {
      case KernelStandard.Known known ->
          Optional.ofNullable(known.files().get(ZoneFile.KERNEL))
              .map(expected -> HostKernel.compared(path, image, digest, expected))
              .orElseGet(() -> unknown(Optional.of(digest), NO_KERNEL));
      case KernelStandard.Rejected(_, Reason reason) ->
          unknown(Optional.of(digest), new Problem(reason, "the image is rejected"));
      case KernelStandard.Open(_, Problem problem) -> unknown(Optional.of(digest), problem);
    };
  }

  private HostKernel unknown(Optional<Digest> digest, Problem why) {
    return HostKernel.unknown(path, image, digest, why);
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
