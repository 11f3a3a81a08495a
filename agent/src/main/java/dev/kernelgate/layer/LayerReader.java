// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layer;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.BlobStream;
import dev.kernelgate.oci.KernelLayer;
import dev.kernelgate.oci.LayerContents;
import dev.kernelgate.oci.LayerContents.Entry;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Reads a layer from its first byte to its last and says what is in it, files by their hash. Holds
 * one buffer of it. What is returned was in bytes that had the layer's digest.
 */
final class LayerReader {

  private static final int BUFFER = 64 * 1024;

  /** What an archive is padded to at its end. */
  private static final int BLOCK = 10 * 1024;

  private final LayerLimits limits;

  LayerReader(LayerLimits limits) {
    this.limits = limits;
  }

  /**
   * Reads the layer.
   *
   * @throws ProblemException {@code LayerUnreadable} for a layer of another type, beyond a limit,
   *     or that is no archive; {@code RegistryMisbehaved} if the bytes are not the layer; or as the
   *     source fails
   */
  LayerContents read(KernelLayer layer, Deadline deadline) throws ProblemException {
    Packing packing = Packing.of(layer.mediaType());
    if (layer.size() > limits.packedBytes()) {
      throw unreadable(layer, "it has more than " + limits.packedBytes() + " bytes");
    }
    try (BlobStream blob = layer.open(deadline)) {
      HashedStream bytes = new HashedStream(layer, blob);
      Result result = entries(packing, bytes);
      // First of all: what other bytes say, or cannot say, does not matter.
      bytes.requireDigest();
      return switch (result) {
        case Result.Contents(LayerContents contents) -> contents;
        case Result.Malformed(String what) -> throw unreadable(layer, what);
      };
    }
  }

  private sealed interface Result {
    record Contents(LayerContents contents) implements Result {}

    record Malformed(String what) implements Result {}
  }

  private Result entries(Packing packing, HashedStream bytes) throws ProblemException {
    List<Entry> entries = new ArrayList<>();
    try {
      BoundedArchive archive = new BoundedArchive(packing.unpacked(bytes), limits.unpackedBytes());
      readAll(archive, entries);
      return new Result.Contents(new LayerContents(entries));
    } catch (HashedStream.SourceFailedException e) {
      throw new ProblemException(e.problem());
    } catch (IOException | RuntimeException e) {
      // Whatever a parser of hostile bytes throws: there is no saying what the archive holds.
      return new Result.Malformed(Untrusted.quote(e.getMessage() + ""));
    }
  }

  private void readAll(BoundedArchive archive, List<Entry> entries) throws IOException {
    byte[] buffer = new byte[BUFFER];
    int read = 0;
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(archive, BLOCK, StandardCharsets.UTF_8.name())) {
      for (Optional<TarArchiveEntry> next = next(tar, archive);
          next.isPresent();
          next = next(tar, archive)) {
        if (++read > limits.entries()) {
          throw new IOException("it has more than " + limits.entries() + " entries");
        }
        archive.allow(Long.MAX_VALUE);
        Digest content = hash(tar, buffer);
        entry(next.get(), content).ifPresent(entries::add);
      }
      archive.requireWholeRecords();
    }
  }

  private Optional<TarArchiveEntry> next(TarArchiveInputStream tar, BoundedArchive archive)
      throws IOException {
    archive.allow(limits.headerBytes());
    return Optional.ofNullable(tar.getNextEntry());
  }

  /** All of the entry's content, whatever it is, so that only headers are left to be read. */
  private static Digest hash(TarArchiveInputStream tar, byte[] buffer) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    for (int read = tar.read(buffer); read >= 0; read = tar.read(buffer)) {
      sha256.update(buffer, 0, read);
    }
    return Digest.ofHash(sha256.digest());
  }

  /** What an entry says; nothing about the root, which is there anyway. */
  private static Optional<Entry> entry(TarArchiveEntry entry, Digest content) throws IOException {
    if (entry.isSparse()) {
      throw new IOException("a file in it is sparse, which is not read");
    }
    EntryName name = EntryName.of(entry.getName());
    if (name.isWhiteout()) {
      return Optional.of(name.whiteout());
    }
    String path = name.path();
    if (path.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (entry.getLinkFlag()) {
          case TarArchiveEntry.LF_SYMLINK -> new Entry.Link(path, entry.getLinkName());
          case TarArchiveEntry.LF_LINK ->
              new Entry.HardLink(path, EntryName.of(entry.getLinkName()).path());
          case TarArchiveEntry.LF_DIR -> new Entry.Folder(path);
          case TarArchiveEntry.LF_NORMAL, TarArchiveEntry.LF_OLDNORM, TarArchiveEntry.LF_CONTIG ->
              entry.isDirectory() ? new Entry.Folder(path) : new Entry.File(path, content);
          default -> new Entry.Special(path);
        });
  }

  private static ProblemException unreadable(KernelLayer layer, String what) {
    return new ProblemException(
        Reason.LAYER_UNREADABLE, "layer " + layer.digest() + " is not read: " + what);
  }
}
