// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layer;

import dev.kernelgate.oci.LayerContents.Entry;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * The name of an archive's entry, taken from the image's root: {@code ./kernel/image} and {@code
 * /kernel/image} are the same place.
 *
 * @param segments without {@code .} and empty ones; none for the root
 */
record EntryName(List<String> segments) {

  /** OCI image-spec, layer.md, "Whiteouts". */
  private static final String WHITEOUT = ".wh.";

  private static final String OPAQUE = ".wh..wh..opq";

  /**
   * The name as it is written in the archive.
   *
   * @throws IOException if it leads out of the image
   */
  static EntryName of(String written) throws IOException {
    List<String> segments =
        Arrays.stream(written.split("/", -1))
            .filter(Predicate.not(segment -> segment.isEmpty() || segment.equals(".")))
            .toList();
    if (segments.contains("..")) {
      throw new IOException("an entry's name leads out of the image");
    }
    return new EntryName(segments);
  }

  String path() {
    return String.join("/", segments);
  }

  /** Whether this is the mark of something that is taken away, and no file. */
  boolean isWhiteout() {
    return !segments.isEmpty() && segments.getLast().startsWith(WHITEOUT);
  }

  /** What the mark says. */
  Entry whiteout() {
    String last = segments.getLast();
    String folder = String.join("/", segments.subList(0, segments.size() - 1));
    if (last.equals(OPAQUE)) {
      return new Entry.Opaque(folder);
    }
    String hidden = last.substring(WHITEOUT.length());
    return new Entry.Whiteout(folder.isEmpty() ? hidden : folder + "/" + hidden);
  }
}
