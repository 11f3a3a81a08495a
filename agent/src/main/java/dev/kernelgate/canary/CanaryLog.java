// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.canary;

import dev.kernelgate.verdict.Untrusted;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Writes a line when there is something new about a canary. Safe for any thread. */
final class CanaryLog {

  private static final Logger LOG = LoggerFactory.getLogger(Canary.class);

  /** Only a wrong answer has the fields of a verdict: who searches for those means launchers. */
  void write(CanaryFinding found) {
    switch (found.latest()) {
      case RIGHT ->
          LOG.info("canary {} is answered as it has to be: {}", found.image(), found.told());
      case OPEN ->
          LOG.warn("canary {} says nothing about the gate: {}", found.image(), found.told());
      case WRONG ->
          alarm(found)
              .log("{}: canary {}: {}", found.kind().alarmText(), found.image(), found.told());
    }
  }

  private static LoggingEventBuilder alarm(CanaryFinding found) {
    LoggingEventBuilder line =
        LOG.atError()
            .addMarker(found.kind().alarm().marker())
            .addKeyValue("KERNELGATE_IMAGE", found.image())
            .addKeyValue("KERNELGATE_REMEDY", found.kind().remedy());
    if (found.answer().isPresent()) {
      CanaryAnswer said = found.answer().get();
      line =
          line.addKeyValue("KERNELGATE_VERDICT", said.outcome())
              .addKeyValue("KERNELGATE_REASON", said.reason());
    }
    Optional<String> digest = found.answer().flatMap(CanaryAnswer::digest).map(Untrusted::line);
    return digest.isPresent() ? line.addKeyValue("KERNELGATE_DIGEST", digest.get()) : line;
  }
}
