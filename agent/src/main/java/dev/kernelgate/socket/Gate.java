// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.Peer;
import dev.kernelgate.verification.PodVerdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the socket needs of the agent behind it. Safe for concurrent use. */
public interface Gate {

  /**
   * Something that is sent as it is.
   *
   * @param contentType its media type
   */
  record Document(String contentType, byte[] bytes) {}

  /** The decision if it is remembered. Never waits: it is called on the event loop. */
  Optional<Decision> known(KernelRequest request);

  /** Decides, on behalf of the peer. Blocks until the deadline at most. */
  Decision decide(KernelRequest request, Peer peer, Deadline deadline);

  /**
   * The decision when the time was over or the check failed. Never waits: it is called on the event
   * loop.
   *
   * @param problem a reason that leaves the question open
   */
  Decision unchecked(KernelRequest request, Problem problem);

  /**
   * Takes note of an answer that a peer is being given: once for each question, on the event loop.
   *
   * @param took from the question to the answer
   */
  void answered(Peer peer, Decision decision, Duration took);

  /** The bytes of a manifest that was trusted. */
  Optional<Document> manifest(Digest digest);

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

  /** What the agent counts. */
  Document metrics();

  /** Forgets what was found out about kernels, so that the next question is checked anew. */
  void forget();
}
