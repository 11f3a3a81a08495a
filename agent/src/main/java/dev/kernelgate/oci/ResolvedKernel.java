// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.PlatformManifest;

/**
 * The manifest that boots, with the bytes it was read from.
 *
 * @param manifest what it is
 * @param bytes the manifest itself, from which a launcher can boot
 */
public record ResolvedKernel(PlatformManifest manifest, VerifiedBytes bytes) {}
