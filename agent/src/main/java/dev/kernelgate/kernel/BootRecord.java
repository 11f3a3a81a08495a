// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

import java.time.Instant;

/**
 * What a pod was booted from, as far as anybody knows. A tag that moves later does not change what
 * runs.
 *
 * @param image the image that its wish came to then
 * @param digest the platform manifest
 * @param since when that was found out
 * @param certainty how it is known
 */
public record BootRecord(KernelReference image, Digest digest, Instant since, Certainty certainty) {

  /** How well it is known what a pod was booted from. */
  public enum Certainty {
    /** A launcher asked for the pod, and was allowed to boot exactly this. */
    LAUNCHED,
    /** Nobody asked; this is what would have booted when the pod was judged first. */
    PRESUMED
  }
}
