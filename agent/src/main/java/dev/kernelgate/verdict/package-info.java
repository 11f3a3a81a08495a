// SPDX-License-Identifier: Apache-2.0

/**
 * The vocabulary of answers: three verdicts and the reasons for them, the same words in every place
 * an operator reads. Pure values; a reason, once published, is never renamed.
 */
@NullMarked
package dev.kernelgate.verdict;

import org.jspecify.annotations.NullMarked;
