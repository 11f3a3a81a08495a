// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.verdict.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The signatures over one kernel: those that its source shows, and where the source was silent also
 * those that were kept of it before. What was kept can lead to a signature and never closes a
 * question: it cannot say that there is none. Used by one check, on its thread.
 */
public final class KernelSignatures {

  private final Optional<SignatureSearch> asked;
  private final Optional<Problem> silence;
  private final Optional<Substitute> substitute;
  private boolean isLookingAtKept;

  /**
   * A search of what was kept.
   *
   * @param since when the source last said so
   */
  record Substitute(SignatureSearch search, Instant since) {}

  private KernelSignatures(
      Optional<SignatureSearch> asked, Optional<Problem> silence, Optional<Substitute> substitute) {
    this.asked = asked;
    this.silence = silence;
    this.substitute = substitute;
  }

  /** Of a source that is asked, with a substitute if it turns out to be silent. */
  static KernelSignatures of(SignatureSearch search, Optional<Substitute> substitute) {
    return new KernelSignatures(Optional.of(search), Optional.empty(), substitute);
  }

  /** Of a source that was silent a moment ago and is not asked again. */
  static KernelSignatures kept(Problem silence, Optional<Substitute> substitute) {
    return new KernelSignatures(Optional.empty(), Optional.of(silence), substitute);
  }

  /** The next candidate; empty when every place was looked at, or a limit was reached. */
  public Optional<SignatureCandidate> next() {
    if (!isLookingAtKept) {
      Optional<SignatureCandidate> candidate = asked.flatMap(SignatureSearch::next);
      if (candidate.isPresent()) {
        return candidate;
      }
      isLookingAtKept = openQuestions().stream().anyMatch(Problem::isSilence);
    }
    return isLookingAtKept ? substitute.flatMap(kept -> kept.search().next()) : Optional.empty();
  }

  /** What kept the source from giving a definite answer so far, and a limit that was reached. */
  public List<Problem> openQuestions() {
    return Stream.concat(
            silence.stream(), asked.stream().flatMap(search -> search.openQuestions().stream()))
        .toList();
  }

  /** When the source last said what the candidates were taken from, if it was not now. */
  public Optional<Instant> keptSince() {
    return isLookingAtKept ? substitute.map(Substitute::since) : Optional.empty();
  }

  /** Everything that was read from the source; empty when that was too much to be held. */
  public Optional<List<Piece>> pieces() {
    return asked.isPresent() ? asked.get().pieces() : Optional.of(List.of());
  }

  /** What was looked at and found, one line each, for people. */
  public List<String> trace() {
    return Stream.concat(
            asked.stream().flatMap(search -> search.trace().stream()),
            substitute.stream()
                .filter(_ -> isLookingAtKept)
                .flatMap(kept -> kept.search().trace().stream().map(line -> "kept: " + line)))
        .toList();
  }
}
