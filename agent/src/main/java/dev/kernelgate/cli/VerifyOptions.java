// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import dev.kernelgate.kernel.Architecture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code verify} was told beside the references.
 *
 * @param config the configuration file; without one the built-in policy
 * @param platform the architecture to judge for; without one this host's
 * @param layout a local OCI layout that answers for every image
 * @param trustedRoot the only trust root to believe
 * @param budget time for each image
 */
public record VerifyOptions(
    Optional<Path> config,
    Optional<Architecture> platform,
    Optional<Path> layout,
    Optional<Path> trustedRoot,
    Duration budget) {}
