// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is kept of registries' answers, for when they are silent.
 *
 * @param isEnabled whether anything is
 * @param directory where; made if its parent is there
 * @param maxMegabytes how much
 * @param tagsFor for how long a tag is taken to lead where it led; when absent, not at all
 */
public record EvidenceSettings(
    boolean isEnabled, Path directory, int maxMegabytes, Optional<Duration> tagsFor) {

  static EvidenceSettings defaults() {
    return new EvidenceSettings(
        true, Path.of("/var/lib/kernelgate/evidence"), 64, Optional.empty());
  }
}
