// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

/** What arrived of a response body. */
sealed interface Body {

  /** All of it. */
  record Whole(byte[] bytes) implements Body {}

  /** More than its bound; the rest was not read. */
  record TooLarge() implements Body {}

  /** Nothing yet: it is read by whoever gets it. */
  record Arriving(BodyStream stream) implements Body {}

  /** The bytes, none unless it is there as a whole. */
  default byte[] bytes() {
    return switch (this) {
      case Whole(byte[] bytes) -> bytes;
      case TooLarge(), Arriving _ -> new byte[0];
    };
  }

  /** Whether it was larger than its bound. */
  default boolean tooLarge() {
    return this instanceof TooLarge;
  }

  /** Hangs up, if it is still arriving. */
  default void abandon() {
    if (this instanceof Arriving(BodyStream stream)) {
      stream.close();
    }
  }
}
