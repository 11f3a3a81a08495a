// SPDX-License-Identifier: Apache-2.0

/**
 * Builds the container image of the agent from its runnable tree, with jib-core: as an OCI layout
 * in a tar, and in a registry. Part of the build, not of the agent.
 */
@NullMarked
package dev.kernelgate.packages;

import org.jspecify.annotations.NullMarked;
