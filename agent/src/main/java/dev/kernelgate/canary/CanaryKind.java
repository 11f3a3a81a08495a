// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.canary;

import dev.kernelgate.policy.Nearness;
import dev.kernelgate.systemd.AgentMessage;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.Reason;
import java.util.Locale;

/** What is known of a canary beforehand, and what an answer about it says about the gate. */
enum CanaryKind {
  /** It is signed as the policy wants it: everything else than trusted is wrong. */
  TRUSTED(
      AgentMessage.SIGNED_CANARY_REJECTED,
      "a kernel that has to be trusted is not",
      "Mend what the reason names; if the policy means to reject this kernel, configure another"
          + " canary."),

  /** Nobody has signed it. Trust is wrong, and only the lack of a signature is right. */
  UNSIGNED(
      AgentMessage.UNSIGNED_CANARY_TRUSTED,
      "a kernel that nobody has signed is trusted, so this gate keeps nothing out",
      "Start no zones on this node until it is explained: look into allowedDigests, the trust roots"
          + " and the signers of the policy, and whether the image was signed meanwhile; else"
          + " report it.");

  private final AgentMessage alarm;
  private final String alarmText;
  private final String remedy;

  CanaryKind(AgentMessage alarm, String alarmText, String remedy) {
    this.alarm = alarm;
    this.alarmText = alarmText;
    this.remedy = remedy;
  }

  /** What an answer says about the gate. */
  enum Result {
    /** It can tell this kernel from others. */
    RIGHT,
    /** It cannot. */
    WRONG,
    /** Nothing: there was no answer, or none that depends on signatures. */
    OPEN;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What a verdict about such a kernel says about the gate. */
  Result judge(Outcome outcome, Reason reason) {
    return switch (outcome) {
      case TRUSTED -> this == TRUSTED ? Result.RIGHT : Result.WRONG;
      case UNDETERMINED -> Result.OPEN;
      case REJECTED -> judgeRejection(reason);
    };
  }

  private Result judgeRejection(Reason reason) {
    return switch (this) {
      case TRUSTED -> Result.WRONG;
      case UNSIGNED -> Nearness.isForWantOfASignature(reason) ? Result.RIGHT : Result.OPEN;
    };
  }

  /** How the journal explains a wrong answer. */
  AgentMessage alarm() {
    return alarm;
  }

  /** What is wrong with the gate after a wrong answer; a fragment. */
  String alarmText() {
    return alarmText;
  }

  /** What to do about it; sentences. */
  String remedy() {
    return remedy;
  }

  /** The key of the configuration, and the label of metrics. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
