// SPDX-License-Identifier: Apache-2.0

/**
 * Where everything is put together: the only package that sees all others, the real clocks and the
 * environment. {@link dev.kernelgate.Main} picks the command, {@link dev.kernelgate.Agent} is the
 * running agent.
 */
@NullMarked
package dev.kernelgate;

import org.jspecify.annotations.NullMarked;
