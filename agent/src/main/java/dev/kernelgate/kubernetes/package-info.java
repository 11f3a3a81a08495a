// SPDX-License-Identifier: Apache-2.0
/**
 * The node in its cluster: which pods it has, and what Kubernetes is told about their kernels. The
 * gate never waits for the API server: while it is away the last known pods count, and what could
 * not be told is told later. Needs list and watch on pods, patch on the status of nodes, create and
 * patch on events; get on secrets where pull secrets of pods are used, which is off by default; and
 * nothing else. Home of the fabric8 client, whose threads only change a table.
 */
@NullMarked
package dev.kernelgate.kubernetes;

import org.jspecify.annotations.NullMarked;
