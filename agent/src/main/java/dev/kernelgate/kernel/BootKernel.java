// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

/**
 * The kernel that the node will boot for a request.
 *
 * @param reference its image
 * @param source which source of truth named the digest
 */
public record BootKernel(KernelReference reference, BootSource source) {}
