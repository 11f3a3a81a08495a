// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.evidence;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps the store within its bounds: blobs go, those of the verdict that was derived the longest
 * ago first. A kernel whose blobs are gone in part has no evidence any more. Used by one task at a
 * time; the size may be asked from anywhere.
 */
final class Room {

  /** Blobs in the whole store. */
  static final int MAX_BLOBS = 4096;

  /** Folders that are looked into; beyond, something else than this store made them. */
  private static final int MAX_FOLDERS = 1024;

  /** Room is made for more than one kernel at once. */
  private static final double FILL_AFTER = 0.9;

  private final Path root;
  private final long maxBytes;
  private volatile long bytes;

  private record Blob(Path file, long size, FileTime used) {}

  Room(Path root, long maxBytes) {
    this.root = root;
    this.maxBytes = maxBytes;
  }

  /** What the blobs took up when room was last made. */
  long bytes() {
    return bytes;
  }

  /**
   * Deletes what is too much, and what was never finished.
   *
   * @return whether a blob is gone
   */
  boolean makeRoom() throws IOException {
    List<Blob> blobs = new ArrayList<>();
    int folders = 0;
    try (DirectoryStream<Path> repositories = Files.newDirectoryStream(root)) {
      for (Path repository : repositories) {
        if (++folders > MAX_FOLDERS) {
          throw new IOException("there are more than " + MAX_FOLDERS + " repositories");
        }
        addBlobs(new RepositoryFolder(repository), blobs);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    long total = blobs.stream().mapToLong(Blob::size).sum();
    if (total <= maxBytes && blobs.size() <= MAX_BLOBS) {
      bytes = total;
      return false;
    }
    bytes = deleteOldest(blobs, total);
    return true;
  }

  private long deleteOldest(List<Blob> blobs, long total) throws IOException {
    blobs.sort(Comparator.comparing(Blob::used).thenComparing(Blob::file));
    long left = total;
    int count = blobs.size();
    for (Blob blob : blobs) {
      if (left <= maxBytes * FILL_AFTER && count <= MAX_BLOBS * FILL_AFTER) {
        break;
      }
      Files.deleteIfExists(blob.file());
      left -= blob.size();
      count--;
    }
    return left;
  }

  private static void addBlobs(RepositoryFolder repository, List<Blob> blobs) throws IOException {
    if (!repository.isComplete()) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(repository.blobs())) {
      for (Path file : files) {
        if (file.getFileName().toString().startsWith(DurableFiles.UNFINISHED)) {
          Files.deleteIfExists(file);
          continue;
        }
        BasicFileAttributes attributes =
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isRegularFile()) {
          blobs.add(new Blob(file, attributes.size(), attributes.lastModifiedTime()));
        }
      }
    }
  }
}
