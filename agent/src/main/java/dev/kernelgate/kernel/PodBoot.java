// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A note of what a pod was booted from, made to outlive the agent. There is one only where the
 * answer can change while the pod runs: for a pod with a uid that asks for a tag or a variant. The
 * image of one that asks for a tag is under that very tag. Says nothing about trust.
 *
 * @param uid the pod's, at most 128 visible characters
 * @param asked what the pod asked for when the note was made, at most 512 characters
 * @param boot what it was booted from
 */
public record PodBoot(String uid, AskedKernel asked, BootRecord boot) {

  private static final Pattern UID = Pattern.compile("[!-~]{1,128}");

  /**
   * Refuses what {@link #of} makes no note of.
   *
   * @throws IllegalArgumentException with a fragment that quotes nothing
   */
  public PodBoot {
    if (!isWorthNoting(uid, asked, boot)) {
      throw new IllegalArgumentException("no pod with a tag or variant can have this boot record");
    }
  }

  /** The note about a pod; empty where none is needed or possible. */
  public static Optional<PodBoot> of(PodIdentity pod, AskedKernel asked, BootRecord boot) {
    return isWorthNoting(pod.uid(), asked, boot)
        ? Optional.of(new PodBoot(pod.uid(), asked, boot))
        : Optional.empty();
  }

  private static boolean isWorthNoting(String uid, AskedKernel asked, BootRecord boot) {
    return UID.matcher(uid).matches()
        && switch (asked) {
          case AskedKernel.Image(String reference) ->
              boot.image().digest().isEmpty() && isSame(reference, boot.image());
          case AskedKernel.Variant(String name) -> name.length() <= KernelReference.MAX_LENGTH;
          case AskedKernel.NodeDefault _, AskedKernel.Conflicting _ -> false;
        };
  }

  private static boolean isSame(String reference, KernelReference image) {
    try {
      return KernelReference.parse(reference).equals(image);
    } catch (InvalidReferenceException _) {
      return false;
    }
  }
}
