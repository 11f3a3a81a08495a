// SPDX-License-Identifier: Apache-2.0

/**
 * The command {@code kernelgate}: reads arguments, prints answers, picks the exit status. What the
 * commands do is behind {@link dev.kernelgate.cli.Program}. The only package that knows picocli.
 */
@NullMarked
package dev.kernelgate.cli;

import org.jspecify.annotations.NullMarked;
