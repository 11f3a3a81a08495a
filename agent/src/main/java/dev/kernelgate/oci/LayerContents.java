// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.Digest;
import java.util.List;

/**
 * What one layer does to the image below it (OCI image-spec, layer.md). Paths are relative to the
 * image's root, without {@code .}, {@code ..} or empty segments. Immutable.
 *
 * @param entries in the order of the archive; of two for one path the later counts
 */
public record LayerContents(List<Entry> entries) {

  /** Deepest path; a kernel image has two levels. */
  public static final int MAX_DEPTH = 32;

  /** Longest path, and longest target of a link, in characters. */
  public static final int MAX_PATH = 1024;

  public LayerContents {
    entries = List.copyOf(entries);
  }

  /** One entry, whose path is checked when it is made. */
  public sealed interface Entry {

    /** The place in the image that it is about. */
    String path();

    /** A plain file with this content. */
    record File(String path, Digest digest) implements Entry {
      public File {
        require(path);
      }
    }

    /** A directory, which may be there already. */
    record Folder(String path) implements Entry {
      public Folder {
        require(path);
      }
    }

    /**
     * A symbolic link.
     *
     * @param target as written, possibly absolute; it means a place in the image, if any
     */
    record Link(String path, String target) implements Entry {
      public Link {
        require(path);
        if (target.length() > MAX_PATH) {
          throw new IllegalArgumentException("the target of a link is too long");
        }
      }
    }

    /**
     * Another name for what is at the target when the entry is reached.
     *
     * @param target a path like any other
     */
    record HardLink(String path, String target) implements Entry {
      public HardLink {
        require(path);
        require(target);
      }
    }

    /** What has no content that could be hashed: a device, a pipe. */
    record Special(String path) implements Entry {
      public Special {
        require(path);
      }
    }

    /** Takes away what lower layers have there. */
    record Whiteout(String path) implements Entry {
      public Whiteout {
        require(path);
      }
    }

    /**
     * Takes away what lower layers have below there.
     *
     * @param path a directory; empty for the root
     */
    record Opaque(String path) implements Entry {
      public Opaque {
        if (!path.isEmpty()) {
          require(path);
        }
      }
    }

    private static void require(String path) {
      if (!isPath(path)) {
        throw new IllegalArgumentException("not a path below the root of an image");
      }
    }

    private static boolean isPath(String path) {
      if (path.length() > MAX_PATH || path.indexOf('\0') >= 0) {
        return false;
      }
      List<String> segments = List.of(path.split("/", -1));
      return segments.size() <= MAX_DEPTH
          && segments.stream()
              .noneMatch(
                  segment -> segment.isEmpty() || segment.equals(".") || segment.equals(".."));
    }
  }
}
