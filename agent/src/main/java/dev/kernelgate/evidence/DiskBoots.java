// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.evidence;

import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.PodBoot;
import dev.kernelgate.verdict.Untrusted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the node's pods were booted from, in one file of the evidence's directory. Like what layers
 * hold it is a claim, so only a file that is this user's and that nobody else can write to is read.
 * When the node boots, its pods do too: what was noted before is then about nothing that runs. One
 * caller reads or writes at a time.
 */
public final class DiskBoots {

  private static final Logger LOG = LoggerFactory.getLogger(DiskBoots.class);
  private static final String FILE = "boots.json";
  private static final Pattern NODE_BOOT = Pattern.compile("[0-9a-f-]{36}");

  private final Path file;
  private final String nodeBoot;
  private final Consumer<List<String>> problems;
  private final ReentrantLock lock = new ReentrantLock();
  private List<PodBoot> kept = List.of();
  private String problem = "";

  private DiskBoots(Path file, String nodeBoot, Consumer<List<String>> problems) {
    this.file = file;
    this.nodeBoot = nodeBoot;
    this.problems = problems;
  }

  /**
   * Opens the store in a directory, which is made if its parent is there.
   *
   * @param directory where evidence is kept; no repository has the file's name, since all of theirs
   *     are folders
   * @param bootId the file in which the Linux kernel says which boot this is, see
   *     proc_sys_kernel(5)
   * @param problems is told when nothing can be read or kept, or it can again; with nothing
   * @throws IOException if the directory cannot be made or cannot be relied upon, or the node's
   *     boot is not known; the message is a fragment
   */
  public static DiskBoots open(Path directory, Path bootId, Consumer<List<String>> problems)
      throws IOException {
    DurableFiles.directory(directory);
    return new DiskBoots(directory.resolve(FILE), nodeBoot(bootId), problems);
  }

  /** What was kept in this boot of the node; nothing where that cannot be read or relied upon. */
  public List<PodBoot> read() {
    lock.lock();
    try {
      Optional<byte[]> bytes = DurableFiles.readOwn(file, KeptBoots.MAX_BYTES);
      if (bytes.isPresent()) {
        KeptBoots read = KeptBoots.parse(bytes.get());
        kept = read.nodeBoot().equals(nodeBoot) ? read.pods() : List.of();
      }
      return kept;
    } catch (IOException | MalformedJsonException e) {
      tell("what pods booted from was not read: " + Untrusted.quote(e.toString()));
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Keeps these and nothing else. Writes only where something has changed, and waits for the disk
   * then. Of more than fit, the first are kept.
   */
  public void keep(List<PodBoot> boots) {
    List<PodBoot> now =
        boots.stream()
            .limit(KeptBoots.MAX_PODS)
            .sorted(Comparator.comparing(PodBoot::uid))
            .toList();
    lock.lock();
    try {
      if (!now.equals(kept)) {
        write(new KeptBoots(nodeBoot, now).toJson());
        kept = now;
        tell("");
      }
    } catch (IOException e) {
      tell("what pods booted from is not kept: " + Untrusted.quote(e.toString()));
    } finally {
      lock.unlock();
    }
  }

  private void write(byte[] json) throws IOException {
    if (json.length > KeptBoots.MAX_BYTES) {
      throw new IOException(json.length + " bytes are too many");
    }
    DurableFiles.write(file, json);
  }

  /** A disk that is full stays so for a while; it is worth one line. */
  private void tell(String now) {
    if (!now.equals(problem)) {
      problem = now;
      if (!now.isEmpty()) {
        LOG.warn("{}", now);
      }
      problems.accept(now.isEmpty() ? List.of() : List.of(now));
    }
  }

  private static String nodeBoot(Path bootId) throws IOException {
    try (InputStream in = Files.newInputStream(bootId)) {
      String id = new String(in.readNBytes(64), StandardCharsets.US_ASCII).strip();
      if (!NODE_BOOT.matcher(id).matches()) {
        throw new IOException(bootId + " names no boot");
      }
      return id;
    }
  }
}
