// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

import java.util.Optional;

/**
 * The question put to the gate.
 *
 * @param kernel which kernel is asked for
 * @param bootDigest the platform manifest that the launcher is about to boot, when it knows;
 *     anything else is a mismatch
 * @param pod the pod it is for, when it is for one
 * @param running what the pod was booted from, when the question is about what runs and not about
 *     what would boot
 */
public record KernelRequest(
    AskedKernel kernel,
    Optional<Digest> bootDigest,
    Optional<PodIdentity> pod,
    Optional<BootRecord> running) {

  /** A request about what would boot. */
  public KernelRequest(AskedKernel kernel, Optional<Digest> bootDigest, Optional<PodIdentity> pod) {
    this(kernel, bootDigest, pod, Optional.empty());
  }

  /** A request for an image by reference alone. */
  public static KernelRequest image(String reference) {
    return new KernelRequest(new AskedKernel.Image(reference), Optional.empty(), Optional.empty());
  }
}
