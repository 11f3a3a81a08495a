// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.oci.CachedImage;
import dev.kernelgate.oci.Limits;
import dev.kernelgate.oci.NodeImageCache;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The image cache of the node's daemon, in the layout of krata, the daemon's open ancestor: {@code
 * image/index.json} beside {@code image/sha256:<hex>.manifest.json}, {@code .config.json} and the
 * packed file system. A name is answered from it except for {@code latest}; the last entry of a
 * name counts. What is there in part or cannot be read is never taken for absent: only a missing
 * index is no cache.
 *
 * <p>What it says is kept in memory as of the last look. Safe for concurrent use.
 */
public final class KrataCache implements NodeImageCache {

  /** Largest index; ten thousand entries have about six million bytes. */
  static final int MAX_INDEX_BYTES = 8 * 1024 * 1024;

  private static final String FOLDER = "image";
  private static final String INDEX = "index.json";
  private static final String LATEST = "latest";
  private static final List<String> FORMATS = List.of("tar", "squashfs", "erofs");
  private static final int TRIES = 3;

  /** The daemon writes its index in place, in a moment. */
  private static final Duration MOMENT = Duration.ofSeconds(1);

  private final Path directory;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Seen seen;

  /** What there was. */
  private sealed interface Content {
    record Index(CacheIndex index) implements Content {}

    record None(String why) implements Content {}

    record Unreadable(String why) implements Content {}
  }

  private record Seen(Optional<CacheFiles.Version> version, Content content, long generation) {}

  /**
   * A cache, looked at once.
   *
   * @param directory the daemon's cache directory; need not exist
   */
  public KrataCache(Path directory) {
    this.directory = directory;
    this.seen = new Seen(Optional.empty(), new Content.None("not looked at yet"), 0);
    look();
  }

  @Override
  public void look() {
    lock.lock();
    try {
      seen = lookAgain(seen);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long generation() {
    return seen.generation();
  }

  @Override
  public Optional<Digest> digestFor(KernelReference reference) throws ProblemException {
    if (reference.digest().isPresent() || reference.tag().equals(Optional.of(LATEST))) {
      return Optional.empty();
    }
    return switch (seen.content()) {
      case Content.None _ -> Optional.empty();
      case Content.Unreadable(String why) -> throw unreadable(why);
      case Content.Index(CacheIndex index) -> only(reference, index.find(reference));
    };
  }

  @Override
  public Optional<CachedImage> image(Digest digest) throws ProblemException {
    try (CacheFiles files = CacheFiles.open(directory, FOLDER)) {
      Optional<byte[]> manifest = files.read(digest + ".manifest.json", Limits.MANIFEST_BYTES);
      Optional<byte[]> config = files.read(digest + ".config.json", Limits.CONFIG_BYTES);
      return manifest.isPresent() && config.isPresent() && isPacked(files, digest)
          ? Optional.of(new CachedImage(digest, manifest.get(), config.get()))
          : Optional.empty();
    } catch (CacheFiles.NoPlainFileException e) {
      throw new ProblemException(Reason.CACHE_TAMPERED, quoted(e), e);
    } catch (CacheFiles.TooLargeException e) {
      throw new ProblemException(Reason.LIMIT_EXCEEDED, "in the node's cache, " + quoted(e), e);
    } catch (IOException e) {
      throw new ProblemException(Reason.CACHE_UNREADABLE, quoted(e), e);
    }
  }

  @Override
  public String description() {
    return switch (seen.content()) {
      case Content.Index(CacheIndex index) ->
          index.entries() == 1 ? "1 entry" : index.entries() + " entries";
      case Content.None(String why) -> why + ", so the registry is asked";
      case Content.Unreadable(String why) -> "unreadable: " + why;
    };
  }

  private static boolean isPacked(CacheFiles files, Digest digest) throws IOException {
    for (String format : FORMATS) {
      if (files.has(digest + "." + format)) {
        return true;
      }
    }
    return false;
  }

  private Seen lookAgain(Seen before) {
    Seen now = before;
    for (int tries = 0; tries < TRIES; tries++) {
      now = readIfChanged(before);
      if (!(now.content() instanceof Content.Unreadable)) {
        return now;
      }
    }
    return now;
  }

  private Seen readIfChanged(Seen before) {
    try (CacheFiles files = CacheFiles.open(directory, FOLDER)) {
      CacheFiles.Version version = files.version(INDEX);
      if (before.version().equals(Optional.of(version))) {
        return before;
      }
      Content content = read(files);
      // What changed while it was read is read again at the next look.
      boolean isWhole = files.version(INDEX).equals(version);
      return following(before, isWhole ? Optional.of(version) : Optional.empty(), content);
    } catch (NoSuchFileException e) {
      return following(
          before, Optional.empty(), new Content.None("there is no " + FOLDER + "/" + INDEX));
    } catch (IOException e) {
      return following(before, Optional.empty(), new Content.Unreadable(quoted(e)));
    }
  }

  private Content read(CacheFiles files) throws IOException {
    Optional<byte[]> json = files.read(INDEX, MAX_INDEX_BYTES);
    try {
      return json.isPresent()
          ? new Content.Index(CacheIndex.parse(json.get()))
          : new Content.None("its index has gone");
    } catch (MalformedJsonException e) {
      return new Content.Unreadable(INDEX + " is malformed: " + e.getMessage());
    }
  }

  private static Seen following(
      Seen before, Optional<CacheFiles.Version> version, Content content) {
    boolean isSame = before.content().equals(content);
    return new Seen(version, content, before.generation() + (isSame ? 0 : 1));
  }

  /** Which format the daemon boots from is not known, so they have to agree. */
  private static Optional<Digest> only(KernelReference reference, Set<Optional<Digest>> digests)
      throws ProblemException {
    if (digests.isEmpty()) {
      return Optional.empty();
    }
    if (digests.size() > 1 || digests.contains(Optional.<Digest>empty())) {
      throw unreadable("it holds " + reference + ", but not as one SHA-256 digest");
    }
    return digests.iterator().next();
  }

  private static ProblemException unreadable(String why) {
    return new ProblemException(new Problem(Reason.CACHE_UNREADABLE, why, Optional.of(MOMENT)));
  }

  private static String quoted(IOException e) {
    return e instanceof AccessDeniedException
        ? "access to " + Untrusted.quote(String.valueOf(e.getMessage())) + " is denied"
        : Untrusted.quote(String.valueOf(e.getMessage()));
  }
}
