// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.kernel.Architecture;

/**
 * What an agent is made from.
 *
 * @param config as it was when the agent started; only policy and trust roots change afterwards
 * @param host that kernels are judged for
 * @param surroundings clocks and environment
 */
record Setting(AgentConfig config, Architecture host, Surroundings surroundings) {}
