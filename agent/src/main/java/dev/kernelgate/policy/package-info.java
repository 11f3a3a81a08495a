// SPDX-License-Identifier: Apache-2.0

/**
 * Which signers are wanted for which images, and the judgement of one kernel by one rule. Pure: no
 * I/O, no clock.
 */
@NullMarked
package dev.kernelgate.policy;

import org.jspecify.annotations.NullMarked;
