// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import java.util.Optional;

/** What this build is called. */
final class Version {

  private Version() {}

  /** The version in the jar's manifest; {@code development} when run from classes. */
  static String current() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
