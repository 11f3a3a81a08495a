// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.config;

/** What is logged, and how. */
public record LogSettings(Level level, Format format) {

  /** The least severe messages that are logged. */
  public enum Level {
    ERROR,
    WARNING,
    INFO,
    DEBUG
  }

  /** The form of a log line, and where it goes. */
  public enum Format {
    /** {@link #JOURNAL} where standard output goes there, else {@link #TEXT}. */
    AUTO,
    /** Sentences, to standard output. */
    TEXT,
    /** An object a line, to standard output. */
    JSON,
    /** Entries with fields, to the journal's own socket. */
    JOURNAL
  }

  static LogSettings defaults() {
    return new LogSettings(Level.INFO, Format.AUTO);
  }
}
