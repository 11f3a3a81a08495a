// SPDX-License-Identifier: Apache-2.0

/**
 * The packed agent as an operator runs it, on a node of a cluster that is rehearsed: what it costs,
 * and which classes it loads. Programs, not tests; the pom's profiles {@code footprint} and {@code
 * classes} run them against {@code target/kernelgate}.
 */
@NullMarked
package dev.kernelgate.footprint;

import org.jspecify.annotations.NullMarked;
