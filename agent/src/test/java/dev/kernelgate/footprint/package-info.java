// SPDX-License-Identifier: Apache-2.0

/**
 * The packed agent as an operator runs it, on nodes that are rehearsed: what it costs, what others
 * cost in its place, and which classes it loads. Programs, not tests; {@code bench/footprint},
 * {@code bench/peers} and the pom's profile {@code classes} run them against {@code
 * target/kernelgate}.
 */
@NullMarked
package dev.kernelgate.footprint;

import org.jspecify.annotations.NullMarked;
