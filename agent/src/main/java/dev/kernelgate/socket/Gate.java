// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.PodVerdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the socket needs of the agent behind it. Safe for concurrent use. */
public interface Gate {

  /**
   * The decision if it is remembered, logged with the peer. Never waits: it is called on the event
   * loop.
   */
  Optional<Decision> known(KernelRequest request, Peer peer);

  /** Decides, and logs the decision with the peer. Blocks until the deadline at most. */
  Decision decide(KernelRequest request, Peer peer, Deadline deadline);

  /**
   * The decision when the time was over or the check failed, logged likewise. Never waits: it is
   * called on the event loop.
   *
   * @param problem a reason that leaves the question open
   */
  Decision giveUp(KernelRequest request, Peer peer, Problem problem);

  /** The latest decision about each digest. */
  List<Decision> verdicts();

  /** The latest decision about a digest. */
  Optional<Decision> verdict(Digest digest);

  /** The node's pods and their verdicts. */
  List<PodVerdict> pods();

  /** What the agent is and how it fares. */
  Map<String, Object> status();

  /** Whether the agent has what it needs to decide. */
  boolean isReady();
}
