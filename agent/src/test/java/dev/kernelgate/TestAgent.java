// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.config.ConfigException;
import dev.kernelgate.config.ConfigFile;
import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.UnixHttpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/** Whole agents in this process: for amd64, by the machine's clocks. */
final class TestAgent {

  private TestAgent() {}

  /** Starts one as its file says. */
  static Agent start(Path config) throws ConfigException, IOException {
    return start(config, Map.of());
  }

  /** The same with environment variables. */
  static Agent start(Path config, Map<String, String> environment)
      throws ConfigException, IOException {
    return Agent.start(ConfigFile.load(config), Architecture.AMD64, surroundings(environment));
  }

  /** The machine's clocks, and an environment. */
  static Surroundings surroundings(Map<String, String> environment) {
    return new Surroundings(Clock.systemUTC(), System::nanoTime, environment);
  }

  /** Waits until the agent has kept evidence of something. */
  static void awaitEvidence(UnixHttpClient client) {
    Eventually.holds(
        "evidence is on the disk",
        () -> !client.get("/metrics").body().contains("kernelgate_evidence_bytes 0.0"));
  }
}
