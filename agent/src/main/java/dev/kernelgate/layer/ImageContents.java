// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layer;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.oci.KernelImages;
import dev.kernelgate.oci.KernelLayer;
import dev.kernelgate.oci.LayerContents;
import dev.kernelgate.oci.LayerStore;
import dev.kernelgate.oci.ResolvedKernel;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.KernelContents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Finds out which files kernel images have, from their layers. Each image is read once, on a
 * virtual thread that nobody has to wait for, and one at a time; what was found is remembered by
 * the manifest's digest. A layer that the store knows is not fetched. Safe for any thread.
 */
public final class ImageContents implements KernelContents {

  /** Layers of one image; a kernel has one or two. */
  static final int MAX_LAYERS = 32;

  /** Images that are remembered, the longest unasked forgotten first. */
  private static final int MAX_IMAGES = 32;

  /** For all layers of an image together. */
  private static final Duration TIME = Duration.ofMinutes(15);

  /** After which a failure may be another one. */
  private static final Duration RETRY = Duration.ofSeconds(30);

  private static final Duration COME_BACK = Duration.ofSeconds(2);

  private final KernelImages images;
  private final LayerStore store;
  private final LayerReader reader;
  private final Executor threads;
  private final LongSupplier nanoTime;
  private final Semaphore turn = new Semaphore(1, true);
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Digest, CompletableFuture<Outcome>> byManifest =
      new LinkedHashMap<>(16, 0.75f, true);

  private sealed interface Outcome {
    record Found(Map<ZoneFile, Digest> files) implements Outcome {}

    record Failed(Problem problem, long untilNanos) implements Outcome {}
  }

  /**
   * Nothing is known yet.
   *
   * @param images where layers are fetched
   * @param threads starts a thread for each image that is read; virtual ones
   * @param nanoTime the monotonic clock
   */
  public ImageContents(
      KernelImages images, LayerStore store, Executor threads, LongSupplier nanoTime) {
    this(images, store, new LayerReader(LayerLimits.usual()), threads, nanoTime);
  }

  ImageContents(
      KernelImages images,
      LayerStore store,
      LayerReader reader,
      Executor threads,
      LongSupplier nanoTime) {
    this.images = images;
    this.store = store;
    this.reader = reader;
    this.threads = threads;
    this.nanoTime = nanoTime;
  }

  @Override
  public Map<ZoneFile, Digest> of(
      KernelReference reference, ResolvedKernel kernel, Deadline deadline) throws ProblemException {
    CompletableFuture<Outcome> reading = readingOf(reference, kernel);
    // The other half is for whoever has to answer.
    return switch (await(reading, reference, deadline.remaining().dividedBy(2))) {
      case Outcome.Found(Map<ZoneFile, Digest> files) -> files;
      case Outcome.Failed(Problem problem, _) -> throw new ProblemException(problem);
    };
  }

  private CompletableFuture<Outcome> readingOf(KernelReference reference, ResolvedKernel kernel) {
    Digest manifest = kernel.manifest().digest();
    CompletableFuture<Outcome> fresh = new CompletableFuture<>();
    lock.lock();
    try {
      CompletableFuture<Outcome> known = byManifest.get(manifest);
      if (known != null && !isOver(known)) {
        return known;
      }
      byManifest.put(manifest, fresh);
      if (byManifest.size() > MAX_IMAGES) {
        byManifest.remove(byManifest.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
    start(reference, kernel, fresh);
    return fresh;
  }

  /** Whether it failed, and long enough ago to be tried again. */
  private boolean isOver(CompletableFuture<Outcome> known) {
    return known.isDone()
        && known.join() instanceof Outcome.Failed(_, long until)
        && nanoTime.getAsLong() - until >= 0;
  }

  private void start(
      KernelReference reference, ResolvedKernel kernel, CompletableFuture<Outcome> result) {
    try {
      threads.execute(() -> result.complete(readInTurn(reference, kernel)));
    } catch (RejectedExecutionException e) {
      result.complete(failed(Problem.unexpected(e)));
    }
  }

  private Outcome readInTurn(KernelReference reference, ResolvedKernel kernel) {
    turn.acquireUninterruptibly();
    try {
      return new Outcome.Found(read(images.layersOf(reference, kernel)));
    } catch (ProblemException e) {
      return failed(e.problem());
    } catch (RuntimeException | StackOverflowError e) {
      return failed(Problem.unexpected(e));
    } finally {
      turn.release();
    }
  }

  private Outcome failed(Problem problem) {
    Duration pause = problem.retryAfter().filter(asked -> asked.compareTo(RETRY) > 0).orElse(RETRY);
    return new Outcome.Failed(problem, nanoTime.getAsLong() + pause.toNanos());
  }

  private Map<ZoneFile, Digest> read(List<KernelLayer> layers) throws ProblemException {
    if (layers.size() > MAX_LAYERS) {
      throw new ProblemException(
          Reason.LAYER_UNREADABLE,
          "the image has " + layers.size() + " layers, more than " + MAX_LAYERS);
    }
    Deadline deadline = Deadline.after(TIME, nanoTime);
    List<LayerContents> contents = new ArrayList<>();
    for (KernelLayer layer : layers) {
      contents.add(contents(layer, deadline));
    }
    ImageTree tree = ImageTree.of(contents);
    Map<ZoneFile, Digest> files = new EnumMap<>(ZoneFile.class);
    for (ZoneFile file : ZoneFile.values()) {
      file.pathInImage().flatMap(tree::file).ifPresent(digest -> files.put(file, digest));
    }
    return Map.copyOf(files);
  }

  private LayerContents contents(KernelLayer layer, Deadline deadline) throws ProblemException {
    Optional<LayerContents> kept = store.find(layer.digest());
    if (kept.isPresent()) {
      return kept.get();
    }
    LayerContents read = reader.read(layer, deadline);
    store.keep(layer.digest(), read);
    return read;
  }

  private static Outcome await(
      CompletableFuture<Outcome> reading, KernelReference reference, Duration wait)
      throws ProblemException {
    try {
      return reading.get(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      throw new ProblemException(
          new Problem(
              Reason.PENDING,
              "the layers of " + reference + " are being fetched and looked into",
              Optional.of(COME_BACK)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(Reason.DEADLINE_EXCEEDED, "the wait was interrupted", e);
    } catch (ExecutionException e) {
      throw new ProblemException(Problem.unexpected(e));
    }
  }
}
