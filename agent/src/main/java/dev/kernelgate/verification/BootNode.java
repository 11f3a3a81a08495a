// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.BootRecord;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.oci.NodeImageCache;
import dev.kernelgate.oci.ResolvedKernel;
import dev.kernelgate.policy.KernelStandard;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Verdict;
import java.time.Duration;
import java.util.Optional;

/**
 * The node that kernels boot on.
 *
 * @param kernels what it boots for what is asked
 * @param cache what it boots without asking a registry
 * @param contents what is in images that its files are compared with
 */
public record BootNode(BootKernels kernels, NodeImageCache cache, KernelContents contents) {

  private static final Problem FORGOTTEN =
      new Problem(Reason.PENDING, "the manifest was forgotten meanwhile");

  /** A node whose files are compared with no image. */
  public BootNode(BootKernels kernels, NodeImageCache cache) {
    this(kernels, cache, KernelContents.unknown());
  }

  /** What the request comes to: what a launcher was allowed to boot, else what the node boots. */
  BootNames namesFor(KernelRequest request) {
    Optional<BootRecord> launched =
        request.running().filter(record -> record.certainty() == BootRecord.Certainty.LAUNCHED);
    if (launched.isPresent()) {
      return BootNames.only(new BootName.Image(launched.get().image()));
    }
    try {
      return kernels.namesFor(request.kernel());
    } catch (RuntimeException e) {
      return BootNames.only(new BootName.None(Problem.unexpected(e)));
    }
  }

  /**
   * What is known of an image that files are compared with.
   *
   * @param decision the one on the image
   * @param trusted the manifest, if it was trusted
   */
  KernelStandard standardOf(
      KernelReference image,
      Decision decision,
      Optional<ResolvedKernel> trusted,
      Deadline deadline) {
    return switch (decision.verdict()) {
      case Verdict.Rejected rejected -> new KernelStandard.Rejected(image, rejected.reason());
      case Verdict.Undetermined(Reason reason, String detail, Optional<Duration> retryAfter) ->
          new KernelStandard.Open(image, new Problem(reason, detail, retryAfter));
      case Verdict.Trusted verdict ->
          trusted
              .map(kernel -> lookInto(image, kernel, verdict, deadline))
              .orElseGet(() -> new KernelStandard.Open(image, FORGOTTEN));
    };
  }

  private KernelStandard lookInto(
      KernelReference image, ResolvedKernel kernel, Verdict.Trusted verdict, Deadline deadline) {
    try {
      return new KernelStandard.Known(
          image,
          kernel.manifest().digest(),
          verdict.signature(),
          contents.of(image, kernel, deadline));
    } catch (ProblemException e) {
      return new KernelStandard.Open(image, undetermined(e.problem()));
    }
  }

  /** What keeps an image from being looked into is nothing against the files of the node. */
  private static Problem undetermined(Problem problem) {
    return problem.reason().outcome() == Outcome.UNDETERMINED
        ? problem
        : new Problem(Reason.LAYER_UNREADABLE, problem.detail());
  }
}
