// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.metrics.AgentMetrics;
import dev.kernelgate.oci.EvidenceStore;
import dev.kernelgate.socket.SocketServer;
import dev.kernelgate.systemd.JournalAppender;
import dev.kernelgate.verification.CheckSlots;

/** What the parts of an agent count themselves. */
final class AgentNumbers {

  private AgentNumbers() {}

  /** Shows it among the agent's metrics, as it is whenever somebody looks. */
  static void show(
      AgentMetrics metrics,
      CheckSlots slots,
      SocketServer socket,
      AgentStatus status,
      EvidenceStore evidence) {
    metrics.gauge("kernelgate_checks", "Checks that run or wait.", slots::admittedNow);
    metrics.gauge("kernelgate_connections", "Connections to the socket.", socket::openConnections);
    metrics.counter(
        "kernelgate_log_entries_lost",
        "Log entries that the journal was too slow to take.",
        () -> JournalAppender.inUse().map(JournalAppender::lost).orElse(0L));
    metrics.gauge(
        "kernelgate_problems",
        "Problems that the status lists.",
        () -> status.health().problems().all().size());
    metrics.gauge("kernelgate_evidence_bytes", "Evidence kept on disk.", evidence::bytes);
    metrics.build(status.build());
  }
}
