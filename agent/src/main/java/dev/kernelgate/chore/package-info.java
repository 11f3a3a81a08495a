// SPDX-License-Identifier: Apache-2.0

/**
 * What the agent does again and again beside its answers: {@link dev.kernelgate.chore.Chores} does
 * it and says what fails, {@link dev.kernelgate.chore.Turns} says when each of a few things is to
 * be done again. It does not know what is done.
 */
@NullMarked
package dev.kernelgate.chore;

import org.jspecify.annotations.NullMarked;
