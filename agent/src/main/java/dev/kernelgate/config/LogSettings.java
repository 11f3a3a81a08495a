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

  /** The form of a log line. */
  public enum Format {
    TEXT,
    JSON
  }

  static LogSettings defaults() {
    return new LogSettings(Level.INFO, Format.TEXT);
  }
}
