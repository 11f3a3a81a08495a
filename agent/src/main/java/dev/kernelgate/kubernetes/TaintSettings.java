// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import java.time.Duration;

/**
 * The taint of a node that has a pod with a rejected kernel.
 *
 * @param effect {@code NoSchedule}, {@code PreferNoSchedule} or {@code NoExecute}
 * @param setAfter how long {@code ZoneKernelsVerified} has to be False before it is set
 * @param removeAfter how long it has to be True before it is removed
 */
public record TaintSettings(String effect, Duration setAfter, Duration removeAfter) {}
