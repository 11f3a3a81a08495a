// SPDX-License-Identifier: Apache-2.0

/**
 * What is judged before anybody asks, so that the first launcher finds an answer: the kernels of
 * the node's pods ({@link dev.kernelgate.ahead.PodJudge}) and those that the configuration names
 * ({@link dev.kernelgate.ahead.WarmUp}), again and again at one {@link dev.kernelgate.ahead.Pace}.
 * Judging itself is the verifier's, for these as for launchers.
 */
@NullMarked
package dev.kernelgate.ahead;

import org.jspecify.annotations.NullMarked;
