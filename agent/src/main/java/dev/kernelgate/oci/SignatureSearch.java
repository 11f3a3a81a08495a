// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for signatures over a kernel in every place where cosign has ever put them, one at a time
 * and only as far as it is asked to: a valid signature ends the search, so the places are in the
 * order in which today's kernels are likely to have them. For every subject the fallback tag of the
 * OCI 1.1 referrers and cosign's {@code .sig} tag, then the referrers API, which ghcr.io does not
 * have. Within a place the newest is first, since writers append.
 *
 * <p>At most {@link Limits#CANDIDATES} attached manifests and signatures are opened. A place that
 * gives no definite answer is an open question, and with an open question the answer is never
 * "unsigned". Used by one check, on its thread.
 */
public final class SignatureSearch {

  private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
  private static final String CERTIFICATE = "dev.sigstore.cosign/certificate";
  private static final String LOG_BUNDLE = "dev.sigstore.cosign/bundle";

  private final ContentFetcher fetcher;
  private final Deque<Step> steps = new ArrayDeque<>();
  private final List<Problem> openQuestions = new ArrayList<>();
  private final List<String> trace = new ArrayList<>();
  private final Set<Digest> opened = new HashSet<>();
  private Optional<VerifiedBytes> lastPayload = Optional.empty();
  private int candidates;

  /** One thing to look at; yields a candidate, or nothing but maybe more steps. */
  private interface Step {
    Optional<SignatureCandidate> take() throws ProblemException;
  }

  /**
   * A search that has not asked anything yet.
   *
   * @param subjects the digests a signature over which would do, most likely first
   */
  public SignatureSearch(
      ImageSource source, Repository repository, List<Digest> subjects, Deadline deadline) {
    this.fetcher = new ContentFetcher(source, repository, deadline);
    for (Digest subject : subjects) {
      steps.add(() -> lookAtFallbackTag(subject));
      steps.add(() -> lookAtLegacyTag(subject));
    }
    for (Digest subject : subjects) {
      steps.add(() -> lookAtReferrers(subject));
    }
  }

  /** The next candidate; empty when every place was looked at, or the limit was reached. */
  public Optional<SignatureCandidate> next() {
    while (!steps.isEmpty()) {
      try {
        Optional<SignatureCandidate> candidate = steps.removeFirst().take();
        if (candidate.isPresent()) {
          return candidate;
        }
      } catch (ProblemException e) {
        openQuestions.add(e.problem());
        trace.add("open question: " + e.getMessage());
        if (e.problem().reason() == Reason.DEADLINE_EXCEEDED) {
          steps.clear();
        }
      }
    }
    return Optional.empty();
  }

  /** What kept places from giving a definite answer so far, and a limit that was reached. */
  public List<Problem> openQuestions() {
    return List.copyOf(openQuestions);
  }

  /** What was looked at and found, one line each, for people. */
  public List<String> trace() {
    return List.copyOf(trace);
  }

  /** Everything that was read so far; empty when that was too much to be held. */
  Optional<List<Piece>> pieces() {
    return fetcher.pieces();
  }

  private Optional<SignatureCandidate> lookAtFallbackTag(Digest subject) throws ProblemException {
    return lookAtListing(
        "fallback tag " + subject.fallbackTag(), subject, fetcher.tagged(subject.fallbackTag()));
  }

  private Optional<SignatureCandidate> lookAtReferrers(Digest subject) throws ProblemException {
    return lookAtListing("referrers API for " + subject, subject, fetcher.referrers(subject));
  }

  private Optional<SignatureCandidate> lookAtListing(
      String place, Digest subject, Optional<Manifest> listing) throws ProblemException {
    if (listing.isEmpty()) {
      trace.add(place + ": nothing there");
      return Optional.empty();
    }
    if (!(listing.get() instanceof Manifest.Index index)) {
      throw new ProblemException(Reason.REGISTRY_MISBEHAVED, place + " is not an index");
    }
    trace.add(place + ": " + index.manifests().size() + " entries");
    // Descriptors are not filtered by artifactType: registries write wrong ones or none.
    for (Descriptor entry : index.manifests()) {
      steps.addFirst(() -> openReferrer(subject, entry.digest()));
    }
    return Optional.empty();
  }

  private Optional<SignatureCandidate> openReferrer(Digest subject, Digest digest)
      throws ProblemException {
    if (!opened.add(digest) || isLimitReached()) {
      return Optional.empty();
    }
    if (!(fetcher.listed(digest) instanceof Manifest.Image image)
        || image.subject().filter(stated -> !stated.equals(subject)).isPresent()) {
      return Optional.empty();
    }
    for (Descriptor layer : image.layers()) {
      if (MediaType.isBundle(layer.mediaType())) {
        byte[] json = fetcher.blob(layer, Limits.BUNDLE_BYTES).bytes();
        return Optional.of(new SignatureCandidate.Bundle(subject, "referrer " + digest, json));
      }
    }
    return Optional.empty();
  }

  private Optional<SignatureCandidate> lookAtLegacyTag(Digest subject) throws ProblemException {
    String tag = subject.legacySignatureTag();
    Optional<Manifest> manifest = fetcher.tagged(tag);
    if (manifest.isEmpty()) {
      trace.add("tag " + tag + ": nothing there");
      return Optional.empty();
    }
    if (!(manifest.get() instanceof Manifest.Image image)) {
      throw new ProblemException(Reason.REGISTRY_MISBEHAVED, "tag " + tag + " is not a manifest");
    }
    trace.add("tag " + tag + ": " + image.layers().size() + " signatures");
    for (Descriptor layer : image.layers()) {
      if (layer.mediaType().equals(MediaType.SIMPLE_SIGNING)) {
        steps.addFirst(() -> openLegacy(subject, tag, layer));
      }
    }
    return Optional.empty();
  }

  private Optional<SignatureCandidate> openLegacy(Digest subject, String tag, Descriptor layer)
      throws ProblemException {
    if (isLimitReached()) {
      return Optional.empty();
    }
    return Optional.of(
        new SignatureCandidate.Legacy(
            subject,
            "tag " + tag,
            payloadOf(layer),
            Optional.ofNullable(layer.annotations().get(SIGNATURE)),
            Optional.ofNullable(layer.annotations().get(CERTIFICATE)),
            Optional.ofNullable(layer.annotations().get(LOG_BUNDLE))));
  }

  /** Signatures by one tool over one image share their payload, so the last one is kept. */
  private byte[] payloadOf(Descriptor layer) throws ProblemException {
    if (lastPayload.isEmpty() || !lastPayload.get().digest().equals(layer.digest())) {
      lastPayload = Optional.of(fetcher.blob(layer, Limits.PAYLOAD_BYTES));
    }
    return lastPayload.get().bytes();
  }

  private boolean isLimitReached() throws ProblemException {
    if (++candidates <= Limits.CANDIDATES) {
      return false;
    }
    steps.clear();
    throw new ProblemException(
        Reason.LIMIT_EXCEEDED,
        "more than " + Limits.CANDIDATES + " signatures and attestations are attached");
  }
}
