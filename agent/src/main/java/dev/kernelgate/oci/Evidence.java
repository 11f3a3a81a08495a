// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.verdict.Problem;
import java.time.Instant;
import java.util.List;

/** Where what is known about a kernel was read. */
public sealed interface Evidence {

  /**
   * From its source, just now.
   *
   * @param pieces everything that was read, in this order; none when it was too much to be held
   */
  record Fetched(List<Piece> pieces) implements Evidence {
    public Fetched {
      pieces = List.copyOf(pieces);
    }
  }

  /**
   * From what this node had kept, because the source was silent.
   *
   * @param since when the source last said so
   * @param tagUntil until when a tag is taken to lead where it led then; digests always do
   * @param silence what became of the question to the source
   */
  record Stored(Instant since, Instant tagUntil, Problem silence) implements Evidence {

    /** Whether it says by itself where a tag leads. A clock that went back proves nothing. */
    public boolean speaksForTags(Instant now) {
      return !now.isBefore(since) && now.isBefore(tagUntil);
    }
  }
}
