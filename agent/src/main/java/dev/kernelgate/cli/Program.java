// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.policy.SignatureFinding;
import dev.kernelgate.verification.Decision;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the commands have done for them. Used by one thread. */
public interface Program {

  /** Judges kernels with one setting. */
  interface Judge extends AutoCloseable {

    /** Decides about an image within the time; never throws. */
    Decision verify(String reference);

    @Override
    void close();
  }

  /**
   * A judge for {@code verify}. A trust root or a layout that cannot be used shows in the
   * decisions.
   *
   * @throws CommandFailedException if the configuration cannot be used
   */
  Judge judge(VerifyOptions options) throws CommandFailedException;

  /**
   * Runs the agent until it is told to end.
   *
   * @throws CommandFailedException if it cannot begin
   */
  void runAgent(Optional<Path> config) throws CommandFailedException;

  /** Everything that is wrong with a configuration file; nothing if it can be used. */
  List<String> checkConfig(Path config);

  /** Where the agent with this configuration is asked. */
  Path socketPath(Optional<Path> config) throws CommandFailedException;

  /**
   * Verifies a bundle for an artifact.
   *
   * @param trustedRoot the trust root; without one the public-good instance's
   * @throws CommandFailedException if the trust root cannot be used
   */
  SignatureFinding verifyArtifact(byte[] bundle, Digest artifact, Optional<Path> trustedRoot)
      throws CommandFailedException;

  /** The version of this build. */
  String version();

  /** The time by the wall clock. */
  Instant now();
}
