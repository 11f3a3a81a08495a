// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import dev.kernelgate.verdict.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One answered request: what was asked, what would boot, and whether it may.
 *
 * @param request the question
 * @param image the reference in full, or the text that was asked for when it is no reference
 * @param architecture the host's architecture
 * @param booted what boots, as far as that is known
 * @param alternative what else may boot, where that is not known for sure
 * @param verdict the answer
 * @param enforced whether the rule that judged it blocks; in audit mode everything boots
 * @param rule the policy rule that covered the image
 * @param evidenceSince when the registry last showed what this was derived from, where it was
 *     silent and kept evidence stood in for it
 * @param decidedAt when
 * @param trace what was looked at and found, a line each, for people who ask why; not part of the
 *     answer
 */
public record Decision(
    KernelRequest request,
    String image,
    Architecture architecture,
    Booted booted,
    Optional<Alternative> alternative,
    Verdict verdict,
    boolean enforced,
    Optional<String> rule,
    Optional<Instant> evidenceSince,
    Instant decidedAt,
    List<String> trace) {

  /**
   * Copies what it gets.
   *
   * @throws IllegalArgumentException if something is trusted and nobody knows what: a launcher that
   *     is told to boot has to be told which digest
   */
  public Decision {
    trace = List.copyOf(trace);
    if (verdict instanceof Verdict.Trusted && booted.digest().isEmpty()) {
      throw new IllegalArgumentException("trust in nothing");
    }
  }

  /**
   * What the node boots.
   *
   * @param source where the digest came from, once that is known
   * @param digest the platform manifest, once it is known; of the node's default kernel, which has
   *     none, the kernel file itself
   * @param indexDigest the outermost index that leads to it, when there is one
   * @param registryDigest the platform manifest that the registry's tag names, where the node boots
   *     another one
   */
  public record Booted(
      Optional<BootSource> source,
      Optional<Digest> digest,
      Optional<Digest> indexDigest,
      Optional<Digest> registryDigest) {}

  /** Where the digest came from, once that is known. */
  public Optional<BootSource> source() {
    return booted.source();
  }

  /** The platform manifest or the kernel file that boots, once it is known. */
  public Optional<Digest> digest() {
    return booted.digest();
  }

  /** The platform manifest that the registry's tag names, where the node boots another one. */
  public Optional<Digest> registryDigest() {
    return booted.registryDigest();
  }

  /** Whether the kernel may boot: trusted, or not enforced. */
  public boolean mayBoot() {
    return verdict.outcome() == Outcome.TRUSTED || !enforced;
  }

  /**
   * A sentence for people: what the reason means, and the facts of this case; another one when the
   * node does not boot what the registry would say.
   */
  public String message() {
    Reason reason = verdict.reason();
    String facts =
        verdict.detail().isEmpty()
            ? reason.summary()
            : reason.summary().substring(0, reason.summary().length() - 1)
                + ": "
                + verdict.detail()
                + ".";
    return facts + remarks();
  }

  /**
   * The decision that counts, when it is open whether the node boots this kernel or the other: the
   * one about the digest that is about to boot, if the launcher named it; else the worse.
   */
  Decision orWorse(Decision other) {
    boolean isMismatch = verdict.reason() == Reason.DIGEST_MISMATCH;
    if (isMismatch != (other.verdict.reason() == Reason.DIGEST_MISMATCH)) {
      return isMismatch ? other : this;
    }
    return worse(other, Alternative.Doubt.DAEMON_CONFIGURATION);
  }

  /**
   * The decision that counts about a pod that asked for something else before: the worse one. It is
   * about what the pod asks for now, whichever it is.
   *
   * @param before the decision on what it asked for before
   */
  public Decision orWorseOfBefore(Decision before) {
    Decision counting = worse(before, Alternative.Doubt.POD_ANNOTATIONS);
    return counting.with(request, counting.trace);
  }

  private Decision worse(Decision other, Alternative.Doubt doubt) {
    return badness() >= other.badness() ? beside(other, doubt) : other.beside(this, doubt);
  }

  /** The same without the trace, which may be long, for whoever remembers many. */
  Decision withoutTrace() {
    return trace.isEmpty() ? this : with(request, List.of());
  }

  /** The same about another request, found out by these steps. */
  Decision with(KernelRequest asked, List<String> steps) {
    return new Decision(
        asked,
        image,
        architecture,
        booted,
        alternative,
        verdict,
        enforced,
        rule,
        evidenceSince,
        decidedAt,
        steps);
  }

  private int badness() {
    int enforcement = mayBoot() ? 0 : 3;
    return enforcement
        + switch (verdict.outcome()) {
          case TRUSTED -> 0;
          case UNDETERMINED -> 1;
          case REJECTED -> 2;
        };
  }

  private Decision beside(Decision other, Alternative.Doubt doubt) {
    List<String> both = new ArrayList<>(trace);
    both.add("the node may boot something else as well:");
    both.addAll(other.trace);
    return new Decision(
        request,
        image,
        architecture,
        booted,
        Optional.of(Alternative.of(doubt, other)),
        verdict,
        enforced,
        rule,
        evidenceSince.or(other::evidenceSince),
        decidedAt,
        both);
  }

  private String remarks() {
    return registryDigest()
            .map(other -> " The node boots another image than the registry's tag, " + other + ".")
            .orElse("")
        + alternative.map(other -> " " + other.remark()).orElse("");
  }

  /** Which kernel, for people: the image, and its digest once that is known. One printable line. */
  public String kernel() {
    String shown = Untrusted.line(image);
    return digest().map(known -> shown + " (" + known + ")").orElse(shown);
  }

  /**
   * A command of a common tool that shows the same fact for exactly this image, where there is one.
   * Only the name of an image is ever part of it: people paste it into a shell.
   */
  public Optional<String> command() {
    return BootName.parse(image) instanceof BootName.Image(KernelReference reference)
        ? verdict
            .reason()
            .commandFor(
                reference.toString(),
                exactly(reference, booted.indexDigest().or(this::digest)),
                exactly(reference, digest()))
        : Optional.empty();
  }

  /** The image by digest; as it was asked for where no digest is known. */
  private static String exactly(KernelReference reference, Optional<Digest> known) {
    return known.map(reference::at).orElse(reference).toString();
  }

  /**
   * The answer as the socket and {@code verify -o json} show it, in their order of members. What is
   * not known is left out.
   */
  public Map<String, Object> toFields() {
    return DecisionFields.of(this);
  }
}
