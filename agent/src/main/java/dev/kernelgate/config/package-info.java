// SPDX-License-Identifier: Apache-2.0

/**
 * The configuration file: what it may say, what it means when it says nothing, and every mistake in
 * it by line and column. Produces plain records; the composition root hands each adapter its part.
 * Reads the one file and nothing that it names.
 */
@NullMarked
package dev.kernelgate.config;

import org.jspecify.annotations.NullMarked;
