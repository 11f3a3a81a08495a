// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.PlatformManifest;

/**
 * The manifest that boots, with the bytes it was read from.
 *
 * @param manifest what it is
 * @param bytes the manifest itself, from which a launcher can boot
 * @param source which source of truth named the digest
 */
public record ResolvedKernel(PlatformManifest manifest, VerifiedBytes bytes, BootSource source) {}
