// SPDX-License-Identifier: Apache-2.0

/**
 * How the agent asks itself, over its own socket as a launcher would: {@link
 * dev.kernelgate.canary.SelfCheck} whether it answers at all, {@link dev.kernelgate.canary.Canary}
 * whether it can tell a signed kernel from another. It decides nothing: what it finds goes to the
 * node's condition, the log and the metrics.
 */
@NullMarked
package dev.kernelgate.canary;

import org.jspecify.annotations.NullMarked;
