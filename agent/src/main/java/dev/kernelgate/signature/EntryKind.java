// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import java.util.Optional;

/**
 * The kinds of log entries that can be held against a signature; all others are refused. Rekor v2's
 * {@code dsse:0.0.2} was withdrawn before a public log used it.
 */
enum EntryKind {
  HASHED_REKORD_V1("hashedrekord", "0.0.1"),
  DSSE_V1("dsse", "0.0.1"),
  HASHED_REKORD_V2("hashedrekord", "0.0.2");

  private final String kind;
  private final String version;

  EntryKind(String kind, String version) {
    this.kind = kind;
    this.version = version;
  }

  static Optional<EntryKind> of(String kind, String version) {
    for (EntryKind entryKind : values()) {
      if (entryKind.kind.equals(kind) && entryKind.version.equals(version)) {
        return Optional.of(entryKind);
      }
    }
    return Optional.empty();
  }

  /** Whether the log signs each entry together with its time, as Rekor v1 does. */
  boolean isTimedByLog() {
    return switch (this) {
      case HASHED_REKORD_V1, DSSE_V1 -> true;
      case HASHED_REKORD_V2 -> false;
    };
  }

  @Override
  public String toString() {
    return kind + ":" + version;
  }
}
