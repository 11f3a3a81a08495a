// SPDX-License-Identifier: Apache-2.0

/**
 * What a kernel is called and which one is meant: references, digests, architectures. Pure values,
 * checked where they are made, so that a value that exists is a valid one. Does no I/O. The only
 * library is jib-core's reference grammar.
 */
@NullMarked
package dev.kernelgate.kernel;

import org.jspecify.annotations.NullMarked;
