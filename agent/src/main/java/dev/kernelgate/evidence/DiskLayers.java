// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.evidence;

import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.LayerContents;
import dev.kernelgate.oci.LayerStore;
import dev.kernelgate.verdict.Untrusted;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was found in layers, in a folder of the evidence's directory, a file for each layer. Other
 * than evidence it is a claim: it cannot be verified without the layer, so only a file that is this
 * user's and that nobody else can write to is read. One caller reads or writes at a time.
 */
public final class DiskLayers implements LayerStore {

  private static final Logger LOG = LoggerFactory.getLogger(DiskLayers.class);

  /** Layers that are kept, the longest unused dropped first. */
  static final int MAX_LAYERS = 64;

  /** Files that are looked at; beyond, something else than this store made them. */
  private static final int MAX_FILES = 1024;

  private static final String FOLDER = "layers";

  private final Path folder;
  private final InstantSource clock;
  private final Consumer<List<String>> problems;
  private final ReentrantLock lock = new ReentrantLock();

  private record Kept(Path file, FileTime used) {}

  private DiskLayers(Path folder, InstantSource clock, Consumer<List<String>> problems) {
    this.folder = folder;
    this.clock = clock;
    this.problems = problems;
  }

  /**
   * Opens the store, whose folder is made below the directory. No repository has the folder's name,
   * since all of theirs have a slash.
   *
   * @param directory where evidence is kept, which is there
   * @param problems is told when something cannot be kept, or can again; with nothing
   * @throws IOException if the folder cannot be made or cannot be relied upon; the message is a
   *     fragment
   */
  public static DiskLayers open(
      Path directory, InstantSource clock, Consumer<List<String>> problems) throws IOException {
    Path folder = directory.resolve(FOLDER);
    DurableFiles.directory(folder);
    return new DiskLayers(folder, clock, problems);
  }

  @Override
  public Optional<LayerContents> find(Digest layer) {
    lock.lock();
    try {
      Optional<byte[]> bytes = DurableFiles.readOwn(fileOf(layer), KeptLayer.MAX_BYTES);
      if (bytes.isEmpty()) {
        return Optional.empty();
      }
      LayerContents contents = KeptLayer.parse(bytes.get(), layer);
      Files.setLastModifiedTime(fileOf(layer), FileTime.from(clock.instant()));
      return Optional.of(contents);
    } catch (IOException | MalformedJsonException e) {
      LOG.warn("fetched again: {}: {}", layer, Untrusted.quote(e.toString()));
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void keep(Digest layer, LayerContents contents) {
    byte[] json = KeptLayer.toJson(layer, contents);
    if (json.length > KeptLayer.MAX_BYTES) {
      LOG.warn("not kept, {} bytes are too many: {}", json.length, layer);
      return;
    }
    lock.lock();
    try {
      DurableFiles.write(fileOf(layer), json);
      Files.setLastModifiedTime(fileOf(layer), FileTime.from(clock.instant()));
      makeRoom();
      problems.accept(List.of());
    } catch (IOException e) {
      String problem = "what was found in layers is not kept: " + Untrusted.quote(e.toString());
      LOG.warn("{}", problem);
      problems.accept(List.of(problem));
    } finally {
      lock.unlock();
    }
  }

  private Path fileOf(Digest layer) {
    return folder.resolve(layer.hex() + ".json");
  }

  private void makeRoom() throws IOException {
    List<Kept> kept = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (kept.size() >= MAX_FILES) {
          throw new IOException("there are more than " + MAX_FILES + " files");
        }
        kept.add(new Kept(file, Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    kept.sort(Comparator.comparing(Kept::used).thenComparing(Kept::file));
    for (Kept oldest : kept.subList(0, Math.max(0, kept.size() - MAX_LAYERS))) {
      Files.deleteIfExists(oldest.file());
    }
  }
}
