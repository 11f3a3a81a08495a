// SPDX-License-Identifier: Apache-2.0

/**
 * What the agent counts, in the Prometheus text format. Labels have few values and never come from
 * outside: verdicts, reasons, where a question came from. The only package that knows the
 * Prometheus client.
 */
@NullMarked
package dev.kernelgate.metrics;

import org.jspecify.annotations.NullMarked;
