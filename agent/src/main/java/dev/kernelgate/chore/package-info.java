// SPDX-License-Identifier: Apache-2.0

/**
 * What the agent does again and again beside its answers: {@link dev.kernelgate.chore.Chores} does
 * it and says what fails, {@link dev.kernelgate.chore.Turns} says when each of a few things is to
 * be done again. They do not know what is done. {@link dev.kernelgate.chore.HeapRoom} is a chore
 * itself: it gives memory back.
 */
@NullMarked
package dev.kernelgate.chore;

import org.jspecify.annotations.NullMarked;
