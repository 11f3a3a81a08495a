// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

/** A log that would rather lose entries than let anybody wait. Safe for any thread. */
interface LossyLog {

  /** By which the logging library knows the one that is in use. */
  String NAME = "agent";

  /** Entries that whoever reads the log was too slow to take. */
  long lost();
}
