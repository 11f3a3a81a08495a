// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import dev.kernelgate.verdict.Reason;
import org.slf4j.Marker;

/**
 * What the agent logs about itself, and the markers that make an entry one that the journal's
 * catalogue explains. A decision's entry carries the marker of its reason. Words are never renamed.
 */
public enum AgentMessage {
  /** The agent answers. */
  STARTED(
      "AgentStarted",
      "kernelgate answers",
      "Launchers are answered at @KERNELGATE_SOCKET@ from now on."),
  /** The agent is about to end. */
  STOPPED(
      "AgentStopped",
      "kernelgate has stopped",
      "Nobody is answered from now on, which launchers take for a no. Running zones are"
          + " left alone."),
  /** A condition of the node has changed. */
  CONDITION_CHANGED(
      "ConditionChanged",
      "A condition of the node has changed",
      "@KERNELGATE_CONDITION@ is as kubectl describe node shows it where the node is in a cluster."
          + " \"kernelgate status\" shows every pod; the entries before this one say why."),
  /** Policy or trust roots are others from now on. */
  RULES_CHANGED(
      "RulesChanged",
      "kernelgate judges by a new configuration",
      "Policy and trust roots of the changed files are in force, for running pods too. What"
          + " else was changed in the configuration waits for a restart; \"kernelgate status\""
          + " names it."),
  /** A changed configuration cannot be used. */
  RULES_REFUSED(
      "RulesRefused",
      "A changed configuration cannot be used",
      "The policy and the trust roots that were in force before stay in force. Correct the"
          + " file that the message names; \"kernelgate config check FILE\" finds every mistake in"
          + " it."),
  /** Not every pod is known. */
  PODS_UNCLEAR(
      "PodsUnclear",
      "Not every pod of the node is known",
      "The kernels of some pods are not judged ahead, and the node's condition may lack"
          + " them. Launchers that ask are answered as ever. Mend what the message names."),
  /** The host's kernel file is another one than before, or compares differently. */
  HOST_KERNEL_COMPARED(
      "HostKernelCompared",
      "The host's kernel was compared with its image",
      "The host runs @KERNELGATE_HOST_KERNEL@, compared with /kernel/image of @KERNELGATE_IMAGE@."
          + " This is a report: no zone is kept from booting by it. Where the file is different,"
          + " find out where it came from, or name the image that the host was installed from in"
          + " node.hostKernel."),
  /** Entries were lost on their way to the journal. */
  ENTRIES_LOST(
      "EntriesLost",
      "Log entries were lost",
      "The journal took too long, and kernelgate does not wait with its answers. Look what"
          + " else writes to the journal, and whether its disk is slow."
          + " kernelgate_log_entries_lost_total counts them."),
  /** What the agent does again and again has thrown. */
  CHORE_FAILED(
      "ChoreFailed",
      "kernelgate fails at some of its own work",
      "Launchers are answered as ever, but what @KERNELGATE_CHORE@ keeps up to date is no longer"
          + " so. It is tried again and again; ZoneKernelGate and \"kernelgate status\" list it"
          + " while it fails. This is a defect of kernelgate: report it with the STACKTRACE of this"
          + " entry."),
  /** The agent trusts what it must not. */
  UNSIGNED_CANARY_TRUSTED(
      "UnsignedCanaryTrusted",
      "kernelgate trusts a kernel that nobody has signed",
      "The agent asked itself about canary.unsigned and was told that it is trusted. Every answer"
          + " of this node may be wrong. @KERNELGATE_REMEDY@"),
  /** The agent does not trust what it has to. */
  SIGNED_CANARY_REJECTED(
      "SignedCanaryRejected",
      "kernelgate rejects a kernel that has to be trusted",
      "The agent asked itself about canary.trusted and was told @KERNELGATE_REASON@. Kernels that"
          + " are signed like it do not boot. @KERNELGATE_REMEDY@"),
  /** The agent does not answer itself. */
  SELF_CHECK_FAILED(
      "SelfCheckFailed",
      "kernelgate does not answer on its own socket",
      "The watchdog of the service is not fed while this lasts, and systemd restarts the"
          + " service. If it happens again after that, report it with the journal of this node.");

  private final String word;
  private final String subject;
  private final String explanation;

  AgentMessage(String word, String subject, String explanation) {
    this.word = word;
    this.subject = subject;
    this.explanation = explanation;
  }

  /** Makes a log line one of this kind. */
  public Marker marker() {
    return id().marker();
  }

  /** Makes a log line one about a decision with this reason. */
  public static Marker marker(Reason reason) {
    return new MessageId(reason.toString()).marker();
  }

  MessageId id() {
    return new MessageId(word);
  }

  /** A few words, without a full stop. */
  String subject() {
    return subject;
  }

  /** What it means and what to do, in sentences. */
  String explanation() {
    return explanation;
  }
}
