// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.evidence;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.oci.EvidenceStore;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.Piece;
import dev.kernelgate.verdict.Untrusted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evidence in a directory of this node: one OCI image layout for each repository, written by one
 * task at a time. Questions read the disk on the caller's thread and meet no lock. What cannot be
 * written is not kept, and the node is told.
 */
public final class DiskEvidence implements EvidenceStore {

  private static final Logger LOG = LoggerFactory.getLogger(DiskEvidence.class);

  /** Evidence of one kernel that is larger is not kept; a usual one has 50 KB. */
  static final int MAX_KERNEL_BYTES = 8 * 1024 * 1024;

  /** Writes that may wait for the disk; what comes on top is kept another time. */
  private static final int MAX_PENDING = 16;

  private final Path root;
  private final Room room;
  private final Function<Path, ImageSource> layouts;
  private final Executor writer;
  private final InstantSource clock;
  private final ReentrantLock writing = new ReentrantLock();
  private final Semaphore pending = new Semaphore(MAX_PENDING);
  private final Consumer<List<String>> problems;
  private volatile String problem = "";

  /**
   * Where evidence is kept.
   *
   * @param maxBytes how much, the sizes of all blobs taken together
   */
  public record Place(Path directory, long maxBytes) {}

  /** A change to one repository's folder. */
  private interface Change {
    void make(RepositoryFolder folder) throws IOException;
  }

  private DiskEvidence(
      Place place,
      Function<Path, ImageSource> layouts,
      Executor writer,
      InstantSource clock,
      Consumer<List<String>> problems) {
    this.root = place.directory();
    this.room = new Room(place.directory(), place.maxBytes());
    this.layouts = layouts;
    this.writer = writer;
    this.clock = clock;
    this.problems = problems;
  }

  /**
   * Opens the store, whose directory is made if its parent is there.
   *
   * @param layouts opens an OCI image layout as a source
   * @param writer runs what waits for the disk
   * @param problems is told whenever something cannot be kept any more, or can again; with nothing
   * @throws IOException if the directory cannot be made or cannot be relied upon; the message is a
   *     fragment
   */
  public static DiskEvidence open(
      Place place,
      Function<Path, ImageSource> layouts,
      Executor writer,
      InstantSource clock,
      Consumer<List<String>> problems)
      throws IOException {
    DurableFiles.directory(place.directory());
    DiskEvidence evidence = new DiskEvidence(place, layouts, writer, clock, problems);
    evidence.room.makeRoom();
    return evidence;
  }

  @Override
  public Optional<Kept> of(KernelReference reference) {
    RepositoryFolder folder = RepositoryFolder.of(root, reference.name());
    try {
      return folder
          .index()
          .find(reference)
          .map(entry -> new Kept(layouts.apply(folder.path()), entry.since()));
    } catch (IOException e) {
      note("it cannot be read", e);
      return Optional.empty();
    }
  }

  @Override
  public Optional<Digest> indexOf(KernelReference reference, Digest manifest) {
    try {
      return RepositoryFolder.of(root, reference.name()).index().indexOf(manifest);
    } catch (IOException e) {
      note("it cannot be read", e);
      return Optional.empty();
    }
  }

  @Override
  public void keep(
      KernelReference reference, Digest kernelRoot, Digest manifest, List<Piece> pieces) {
    long bytes = pieces.stream().mapToLong(piece -> piece.content().bytes().length).sum();
    if (bytes > MAX_KERNEL_BYTES) {
      LOG.warn("evidence not kept, {} bytes are too many: {}", bytes, reference);
      return;
    }
    Instant now = clock.instant();
    change(
        reference,
        folder -> {
          folder.keep(kernelRoot, manifest, pieces, now);
          if (room.makeRoom()) {
            folder.dropDangling();
          }
        });
  }

  @Override
  public void confirm(KernelReference reference, Digest kernelRoot) {
    if (reference.digest().isEmpty()) {
      Instant now = clock.instant();
      change(reference, folder -> folder.confirm(reference, kernelRoot, now));
    }
  }

  @Override
  public long bytes() {
    return room.bytes();
  }

  private void change(KernelReference reference, Change change) {
    if (!pending.tryAcquire()) {
      return;
    }
    try {
      writer.execute(() -> makeInTurn(RepositoryFolder.of(root, reference.name()), change));
    } catch (RejectedExecutionException _) {
      // The agent ends.
      pending.release();
    }
  }

  private void makeInTurn(RepositoryFolder folder, Change change) {
    writing.lock();
    try {
      change.make(folder);
      tell("");
    } catch (IOException e) {
      note("it cannot be written", e);
    } finally {
      writing.unlock();
      pending.release();
    }
  }

  private void note(String what, IOException e) {
    tell("evidence: " + what + ": " + Untrusted.quote(String.valueOf(e)));
  }

  /** A disk that is full stays so for a while; it is worth one line. */
  private void tell(String now) {
    if (!now.equals(problem)) {
      problem = now;
      if (!now.isEmpty()) {
        LOG.warn("not kept: {}", now);
      }
      problems.accept(now.isEmpty() ? List.of() : List.of(now));
    }
  }
}
