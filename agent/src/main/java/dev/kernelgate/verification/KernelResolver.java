// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.kernelgate.kernel.BootRecord;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.oci.CachedImage;
import dev.kernelgate.oci.Evidence;
import dev.kernelgate.oci.KernelImages;
import dev.kernelgate.oci.Keychain;
import dev.kernelgate.oci.NodeImageCache;
import dev.kernelgate.oci.ResolvedKernel;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Finds the manifest that boots for a reference: the one that the node's cache holds, and only else
 * the one that the registry names. The registry is asked either way, because signatures may be on
 * an index, which the cache does not hold, and because a tag that names something else by now is
 * worth telling. Safe for any thread; a resolution asks sources and blocks.
 */
final class KernelResolver {

  private static final int MAX_INDEXES = 4096;

  private final KernelImages images;
  private final NodeImageCache cache;
  private final Cache<Listed, Digest> indexes;

  /**
   * What is to be resolved.
   *
   * @param held the manifest that boots whatever the registry says, when there is one
   * @param keychain whose credentials it is resolved with, beside the node's own
   */
  record Question(KernelReference reference, Optional<Held> held, Optional<Digest> keychain) {}

  /**
   * A manifest that boots, or was booted.
   *
   * @param source who says so
   */
  record Held(Digest digest, BootSource source) {}

  /** A manifest of a repository, whose index was seen. */
  private record Listed(String name, Digest manifest) {}

  KernelResolver(KernelImages images, NodeImageCache cache) {
    this(
        images,
        cache,
        Caffeine.newBuilder().executor(Runnable::run).maximumSize(MAX_INDEXES).build());
  }

  private KernelResolver(KernelImages images, NodeImageCache cache, Cache<Listed, Digest> indexes) {
    this.images = images;
    this.cache = cache;
    this.indexes = indexes;
  }

  /** The same for somebody who has these credentials; which index lists what is no secret. */
  KernelResolver with(Keychain keychain) {
    return new KernelResolver(images.with(keychain), cache, indexes);
  }

  /**
   * The question about a reference, as the node was seen at its last look. Never waits.
   *
   * @param running what runs already, if the question is about that; what was only presumed gives
   *     way to what the cache says
   * @throws ProblemException {@code CacheUnreadable}
   */
  Question questionOf(KernelReference reference, Optional<BootRecord> running)
      throws ProblemException {
    Optional<Held> held =
        running.isPresent() ? recorded(reference, running.get()) : cached(reference);
    return new Question(reference, held, images.keychain());
  }

  private Optional<Held> cached(KernelReference reference) throws ProblemException {
    return cache.digestFor(reference).map(digest -> new Held(digest, BootSource.NODE_CACHE));
  }

  private Optional<Held> recorded(KernelReference reference, BootRecord booted)
      throws ProblemException {
    Optional<Held> recorded = Optional.of(new Held(booted.digest(), BootSource.BOOT_RECORD));
    return switch (booted.certainty()) {
      case LAUNCHED -> recorded;
      case PRESUMED ->
          cached(reference).or(() -> recorded.filter(_ -> booted.image().equals(reference)));
    };
  }

  /**
   * The kernel that boots.
   *
   * @throws ProblemException {@code CacheTampered}, {@code CacheUnreadable}, or whatever kept the
   *     registry from naming an image that only it could name
   */
  ResolvedKernel resolve(Question question, Deadline deadline) throws ProblemException {
    Optional<ResolvedKernel> held = held(question, deadline);
    return held.isPresent()
        ? besideRegistry(question.reference(), held.get(), deadline)
        : fromRegistry(question.reference(), deadline);
  }

  /**
   * A tag of which only kept evidence tells where it leads is believed when the launcher names the
   * same digest itself, or for as long as the configuration says. Otherwise it may have moved.
   */
  static void requireBootDigest(KernelRequest request, ResolvedKernel kernel, Instant now)
      throws ProblemException {
    Digest resolved = kernel.manifest().digest();
    Optional<Digest> booted = request.bootDigest();
    if (booted.equals(Optional.of(resolved))) {
      return;
    }
    if (kernel.source() == BootSource.EVIDENCE
        && kernel.evidence() instanceof Evidence.Stored stored
        && (booted.isPresent() || !stored.speaksForTags(now))) {
      throw new ProblemException(stored.silence());
    }
    if (booted.isPresent()) {
      throw new ProblemException(
          Reason.DIGEST_MISMATCH,
          "about to boot " + booted.get() + ", but the reference resolves to " + resolved);
    }
  }

  private Optional<ResolvedKernel> held(Question question, Deadline deadline)
      throws ProblemException {
    if (question.held().isEmpty()) {
      return Optional.empty();
    }
    Held held = question.held().get();
    if (held.source() == BootSource.BOOT_RECORD) {
      ResolvedKernel booted = images.resolve(question.reference().at(held.digest()), deadline);
      return Optional.of(booted.from(held.source()));
    }
    Optional<CachedImage> cached = cache.image(held.digest());
    return cached.isPresent()
        ? Optional.of(
            images.resolve(cached.get(), question.reference(), deadline).from(held.source()))
        : Optional.empty();
  }

  private ResolvedKernel fromRegistry(KernelReference reference, Deadline deadline)
      throws ProblemException {
    ResolvedKernel kernel = images.resolve(reference, deadline);
    kernel.manifest().indexDigests().stream()
        .findFirst()
        .ifPresent(index -> indexes.put(listed(reference, kernel), index));
    return kernel;
  }

  private ResolvedKernel besideRegistry(
      KernelReference reference, ResolvedKernel held, Deadline deadline) {
    try {
      ResolvedKernel named = fromRegistry(reference, halfOf(deadline));
      if (!isSame(named, held)) {
        return unlisted(reference, held, nowNamed(named), indexUnknown(held), deadline);
      }
      // A record of ours is not worth telling while the tag still says the same.
      return held.source() == BootSource.BOOT_RECORD && nowNamed(named).isPresent()
          ? named
          : booted(held, named, Optional.empty(), List.of());
    } catch (ProblemException e) {
      return unlisted(reference, held, Optional.empty(), openOr(e, indexUnknown(held)), deadline);
    }
  }

  /** A kernel that the tag is not seen to lead to; an index that did may be known. */
  private ResolvedKernel unlisted(
      KernelReference reference,
      ResolvedKernel held,
      Optional<Digest> registryDigest,
      Problem open,
      Deadline deadline) {
    Digest manifest = held.manifest().digest();
    Optional<Digest> index =
        Optional.ofNullable(indexes.getIfPresent(listed(reference, held)))
            .or(() -> images.keptIndexOf(reference, manifest));
    if (index.isEmpty()) {
      return booted(held, held, registryDigest, List.of(open));
    }
    try {
      ResolvedKernel through = images.resolve(reference.at(index.get()), deadline);
      return isSame(through, held)
          ? booted(held, through, registryDigest, List.of())
          : booted(held, held, registryDigest, List.of(open));
    } catch (ProblemException e) {
      return booted(held, held, registryDigest, List.of(openOr(e, open)));
    }
  }

  /** What the registry itself says; what was kept of it is no news. */
  private static Optional<Digest> nowNamed(ResolvedKernel named) {
    return switch (named.evidence()) {
      case Evidence.Fetched _ -> Optional.of(named.manifest().digest());
      case Evidence.Stored _ -> Optional.empty();
    };
  }

  private static Problem indexUnknown(ResolvedKernel held) {
    return new Problem(
        Reason.INDEX_UNKNOWN, "no index is known that lists " + held.manifest().digest());
  }

  private static Problem openOr(ProblemException e, Problem otherwise) {
    return e.problem().reason().outcome() == Outcome.UNDETERMINED ? e.problem() : otherwise;
  }

  /** What is held, with the way that leads to it. */
  private static ResolvedKernel booted(
      ResolvedKernel held,
      ResolvedKernel way,
      Optional<Digest> registryDigest,
      List<Problem> openQuestions) {
    return new ResolvedKernel(
        way.manifest(), held.bytes(), held.source(), registryDigest, openQuestions, way.evidence());
  }

  private static boolean isSame(ResolvedKernel one, ResolvedKernel other) {
    return one.manifest().digest().equals(other.manifest().digest());
  }

  private static Listed listed(KernelReference reference, ResolvedKernel kernel) {
    return new Listed(reference.name(), kernel.manifest().digest());
  }

  /** What the registry says is not all that is needed, so it may not take all the time. */
  private static Deadline halfOf(Deadline deadline) {
    return deadline.atMost(deadline.remaining().dividedBy(2));
  }
}
