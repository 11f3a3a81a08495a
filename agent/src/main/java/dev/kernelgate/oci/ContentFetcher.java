// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fetches from one repository and believes nothing: everything it returns was hashed, and parsed
 * where it has a form. Remembers what it fetched, up to a bound. Used by one check, on its thread.
 */
final class ContentFetcher {

  private final ImageSource source;
  private final Repository repository;
  private final Deadline deadline;
  private final List<Piece> pieces = new ArrayList<>();
  private long readBytes;

  ContentFetcher(ImageSource source, Repository repository, Deadline deadline) {
    this.source = source;
    this.repository = repository;
    this.deadline = deadline;
  }

  /**
   * Everything that was fetched, lists of referrers left out, in this order; empty when it was more
   * than {@link Limits#HELD_BYTES}.
   */
  Optional<List<Piece>> pieces() {
    return readBytes > Limits.HELD_BYTES ? Optional.empty() : Optional.of(List.copyOf(pieces));
  }

  /** Whatever the tag points to now; empty when there is definitely no such tag. */
  Optional<Manifest> tagged(String tag) throws ProblemException {
    requireTime();
    Optional<FetchedManifest> fetched = source.manifest(repository, tag, deadline);
    if (fetched.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        manifest(Optional.of(tag), VerifiedBytes.hash(fetched.get().body()), fetched.get()));
  }

  /** The manifest of that digest; empty when there is definitely none. */
  Optional<Manifest> digested(Digest digest) throws ProblemException {
    requireTime();
    Optional<FetchedManifest> fetched = source.manifest(repository, digest.toString(), deadline);
    if (fetched.isEmpty()) {
      return Optional.empty();
    }
    VerifiedBytes bytes = VerifiedBytes.expect(digest, fetched.get().body());
    return Optional.of(manifest(Optional.empty(), bytes, fetched.get()));
  }

  /** A manifest that something listed, so that its absence is the source's fault. */
  Manifest listed(Digest digest) throws ProblemException {
    return digested(digest).orElseThrow(() -> missing("manifest", digest));
  }

  /** A blob that a manifest names, refused unread when it says that it is larger than it may be. */
  VerifiedBytes blob(Descriptor descriptor, int maxBytes) throws ProblemException {
    requireTime();
    if (descriptor.size() > maxBytes) {
      throw new ProblemException(
          Reason.LIMIT_EXCEEDED,
          "blob "
              + descriptor.digest()
              + " has "
              + descriptor.size()
              + " bytes, more than "
              + maxBytes);
    }
    Optional<byte[]> bytes = source.blob(repository, descriptor.digest(), maxBytes, deadline);
    VerifiedBytes content =
        VerifiedBytes.expect(
            descriptor.digest(), bytes.orElseThrow(() -> missing("blob", descriptor.digest())));
    hold(new Piece(Optional.empty(), "", content));
    return content;
  }

  /** What the referrers API lists; empty when the source has none. */
  Optional<Manifest> referrers(Digest subject) throws ProblemException {
    requireTime();
    Optional<FetchedManifest> fetched = source.referrers(repository, subject, deadline);
    if (fetched.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Manifest.parse(VerifiedBytes.hash(fetched.get().body()), fetched.get().mediaType()));
  }

  private Manifest manifest(Optional<String> tag, VerifiedBytes bytes, FetchedManifest fetched)
      throws ProblemException {
    Manifest manifest = Manifest.parse(bytes, fetched.mediaType());
    hold(new Piece(tag, fetched.mediaType(), bytes));
    return manifest;
  }

  private void hold(Piece piece) {
    readBytes += piece.content().bytes().length;
    if (readBytes > Limits.HELD_BYTES) {
      pieces.clear();
    } else {
      pieces.add(piece);
    }
  }

  private static ProblemException missing(String what, Digest digest) {
    return new ProblemException(
        Reason.REGISTRY_MISBEHAVED, what + " " + digest + " is listed but not there");
  }

  private void requireTime() throws ProblemException {
    if (deadline.isOver()) {
      throw new ProblemException(
          Reason.DEADLINE_EXCEEDED, "the time was over before the registry was asked again");
    }
  }
}
