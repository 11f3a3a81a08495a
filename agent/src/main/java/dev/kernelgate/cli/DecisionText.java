// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.Mender;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.SignatureFacts;
import dev.kernelgate.verdict.Verdict;
import dev.kernelgate.verification.Decision;
import java.util.Locale;

/** A decision as people read it: a headline, then one fact a line. */
final class DecisionText {

  private static final int LABEL_WIDTH = 12;

  private final StringBuilder text = new StringBuilder(1024);

  private DecisionText() {}

  /** The decision in full; with its trace when that is wanted. */
  static String of(Decision decision, boolean explained) {
    DecisionText text = new DecisionText();
    text.headline(decision);
    text.kernel(decision);
    decision.verdict().signatureFacts().ifPresent(facts -> text.signature(decision, facts));
    text.advice(decision);
    if (explained) {
      text.trace(decision);
    }
    return text.text.toString();
  }

  private void headline(Decision decision) {
    Verdict verdict = decision.verdict();
    text.append(verdict.outcome().toString().toUpperCase(Locale.ROOT))
        .append("  ")
        .append(Shown.of(decision.image()))
        .append('\n');
    line("reason", verdict.reason().toString());
    line("", decision.message());
  }

  private void kernel(Decision decision) {
    line("platform", decision.architecture().platform());
    decision.digest().ifPresent(digest -> line("digest", digest.toString()));
    decision.booted().indexDigest().ifPresent(index -> line("index", index.toString()));
    decision.source().ifPresent(source -> line("found by", source.toString()));
    String rule = decision.rule().map(name -> "rule " + name).orElse("no rule");
    line("policy", rule + (decision.enforced() ? ", enforced" : ", audit only: it boots anyway"));
  }

  private void signature(Decision decision, SignatureFacts facts) {
    line("signed", facts.signedDigest() + kindOf(decision, facts.signedDigest()));
    line("signer", Shown.of(facts.identity()));
    line("issuer", Shown.of(facts.issuer()));
    facts.githubRepository().ifPresent(name -> line("repository", Shown.of(name)));
    line("signed at", facts.signedAt().toString());
    line(
        "log",
        "%s, entry %d, %s".formatted(Shown.of(facts.log()), facts.logIndex(), facts.format()));
  }

  private static String kindOf(Decision decision, Digest signed) {
    if (decision.digest().filter(signed::equals).isPresent()) {
      return " (the platform manifest)";
    }
    return decision.booted().indexDigest().filter(signed::equals).isPresent() ? " (the index)" : "";
  }

  private void advice(Decision decision) {
    Reason reason = decision.verdict().reason();
    if (reason.outcome() == Outcome.TRUSTED) {
      return;
    }
    if (decision.verdict() instanceof Verdict.Rejected rejected) {
      for (Problem miss : rejected.otherMisses()) {
        line("another", miss.reason() + ": " + miss.detail());
      }
    }
    line("remedy", reason.remedy());
    if (reason.mender() != Mender.NOBODY) {
      line("who", reason.mender().toString());
    }
    decision.command().ifPresent(command -> line("compare", Shown.of(command)));
  }

  private void trace(Decision decision) {
    line("steps", decision.trace().isEmpty() ? "none" : "");
    int step = 1;
    for (String done : decision.trace()) {
      text.append("    %2d. %s%n".formatted(step++, Shown.of(done)));
    }
  }

  private void line(String label, String value) {
    String padded = label + " ".repeat(LABEL_WIDTH - label.length());
    text.append(("  " + padded + value).stripTrailing()).append('\n');
  }
}
