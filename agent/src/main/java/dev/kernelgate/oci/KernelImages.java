// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Kernel images for one host, from whichever source answers for them. While a registry is silent,
 * what was kept of its answers stands in for it; what it would say now remains an open question.
 * Immutable, safe for any thread; calls block.
 */
public final class KernelImages {

  private final ImageSources sources;
  private final PlatformResolver resolver;
  private final EvidenceStore store;
  private final Duration tagsFor;
  private final Keychain keychain;

  /** Images of which nothing is kept. */
  public KernelImages(ImageSources sources, Architecture host) {
    this(sources, host, new EvidenceStore.Nothing(), Duration.ZERO);
  }

  /**
   * Images of which evidence is kept.
   *
   * @param tagsFor for how long after the registry said so a tag is taken to lead to the same image
   *     while the registry is silent; zero for not at all
   */
  public KernelImages(
      ImageSources sources, Architecture host, EvidenceStore store, Duration tagsFor) {
    this(sources, new PlatformResolver(host), store, tagsFor, Keychain.none());
  }

  private KernelImages(
      ImageSources sources,
      PlatformResolver resolver,
      EvidenceStore store,
      Duration tagsFor,
      Keychain keychain) {
    this.sources = sources;
    this.resolver = resolver;
    this.store = store;
    this.tagsFor = tagsFor;
    this.keychain = keychain;
  }

  /** The images as somebody can fetch them who has these credentials as well. */
  public KernelImages with(Keychain credentials) {
    return credentials.identity().isEmpty()
        ? this
        : new KernelImages(sources.with(credentials), resolver, store, tagsFor, credentials);
  }

  /** What pods bring along to fetch with. */
  public PodKeychains keychains() {
    return sources.keychains();
  }

  /** Whose credentials they are fetched with, beside the node's own. */
  public Optional<Digest> keychain() {
    return keychain.identity();
  }

  /** The architecture that manifests are picked for. */
  public Architecture host() {
    return resolver.host();
  }

  /**
   * The manifest that the host boots for a reference.
   *
   * @throws ProblemException as {@link PlatformResolver#resolve}
   */
  public ResolvedKernel resolve(KernelReference reference, Deadline deadline)
      throws ProblemException {
    ImageSource source = sources.sourceFor(reference);
    Optional<EvidenceStore.Kept> kept = keptOf(reference, source);
    try {
      ResolvedKernel kernel =
          resolver.resolve(source, reference, roomFor(reference, kept, deadline));
      if (isForAll()) {
        store.confirm(reference, kernel.root());
      }
      return kernel;
    } catch (ProblemException e) {
      if (kept.isEmpty() || !e.problem().isSilence()) {
        throw e;
      }
      return again(reference, kept.get(), e, deadline);
    }
  }

  /**
   * The manifest that the host boots from its own cache.
   *
   * @throws ProblemException {@code CacheTampered}, or as {@link #resolve}
   */
  public ResolvedKernel resolve(CachedImage cached, KernelReference reference, Deadline deadline)
      throws ProblemException {
    return resolver.resolve(cached, reference.at(cached.digest()), deadline);
  }

  /**
   * The layers of a kernel that a reference led to, the lowest first.
   *
   * @throws ProblemException never for a kernel that was resolved here
   */
  public List<KernelLayer> layersOf(KernelReference reference, ResolvedKernel kernel)
      throws ProblemException {
    ImageSource source = sources.sourceFor(reference);
    Repository repository = Repository.of(reference);
    return switch (Manifest.parse(kernel.bytes(), "")) {
      case Manifest.Image image ->
          image.layers().stream().map(layer -> layer.from(source, repository)).toList();
      case Manifest.Index _ -> throw new IllegalArgumentException("an index boots nowhere");
    };
  }

  /** The index that led to a manifest of the repository when that was trusted last. */
  public Optional<Digest> keptIndexOf(KernelReference reference, Digest manifest) {
    return store.indexOf(reference, manifest);
  }

  /** The signatures over the kernel, none of which was looked for yet. */
  public KernelSignatures signaturesOf(
      KernelReference reference, ResolvedKernel kernel, Deadline deadline) {
    ImageSource source = sources.sourceFor(reference);
    Optional<EvidenceStore.Kept> kept = keptOf(reference.at(kernel.root()), source);
    Optional<KernelSignatures.Substitute> substitute =
        kept.map(
            known ->
                new KernelSignatures.Substitute(
                    search(known.source(), reference, kernel, deadline), known.since()));
    return switch (kernel.evidence()) {
      case Evidence.Stored(_, _, Problem silence) -> KernelSignatures.kept(silence, substitute);
      case Evidence.Fetched _ ->
          KernelSignatures.of(
              search(source, reference, kernel, halfOf(kept, deadline)), substitute);
    };
  }

  /**
   * Keeps what a trusted verdict about the kernel was derived from, if it was held.
   *
   * @param signatures what was read of its signatures
   */
  public void keep(KernelReference reference, ResolvedKernel kernel, List<Piece> signatures) {
    if (kernel.evidence() instanceof Evidence.Fetched(List<Piece> pieces)
        && !pieces.isEmpty()
        && sources.sourceFor(reference).kind() == BootSource.REGISTRY) {
      List<Piece> all = new ArrayList<>(pieces);
      all.addAll(signatures);
      KernelReference kept = isForAll() ? reference : reference.at(kernel.root());
      store.keep(kept, kernel.root(), kernel.manifest().digest(), all);
    }
  }

  /**
   * Whether the node's own credentials were enough. What a keychain fetched is kept by its digest
   * alone: where a tag leads is told only to those who may ask.
   */
  private boolean isForAll() {
    return keychain.identity().isEmpty();
  }

  /** The source could not be asked, so its earlier answers are looked through in the same way. */
  private ResolvedKernel again(
      KernelReference reference,
      EvidenceStore.Kept kept,
      ProblemException silence,
      Deadline deadline)
      throws ProblemException {
    try {
      return resolver
          .resolve(kept.source(), reference, deadline)
          .readFrom(
              new Evidence.Stored(kept.since(), kept.since().plus(tagsFor), silence.problem()));
    } catch (ProblemException e) {
      // What was kept is damaged or not all there: then nothing was kept.
      silence.addSuppressed(e);
      throw silence;
    }
  }

  private Optional<EvidenceStore.Kept> keptOf(KernelReference reference, ImageSource source) {
    return source.kind() == BootSource.REGISTRY ? store.of(reference) : Optional.empty();
  }

  /**
   * A source that has a substitute gets half of the time. Of a tag the substitute has mostly
   * nothing to say that helps, so a slow registry is waited for.
   */
  private Deadline roomFor(
      KernelReference reference, Optional<EvidenceStore.Kept> kept, Deadline deadline) {
    boolean isBelieved = reference.digest().isPresent() || !tagsFor.isZero();
    return isBelieved ? halfOf(kept, deadline) : deadline;
  }

  private static Deadline halfOf(Optional<EvidenceStore.Kept> kept, Deadline deadline) {
    return kept.isPresent() ? deadline.atMost(deadline.remaining().dividedBy(2)) : deadline;
  }

  private static SignatureSearch search(
      ImageSource source, KernelReference reference, ResolvedKernel kernel, Deadline deadline) {
    return new SignatureSearch(
        source, Repository.of(reference), kernel.manifest().signable(), deadline);
  }
}
