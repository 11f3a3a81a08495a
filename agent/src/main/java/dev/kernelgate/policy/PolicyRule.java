// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import dev.kernelgate.kernel.KernelReference;
import java.util.List;

/**
 * What has to hold for the images it covers.
 *
 * @param name shown in answers
 * @param images names it covers, at least one
 * @param mode whether its verdicts block
 * @param signers any of these will do; none only where digests are allowed by name
 * @param digests digests decided by name
 * @param requirements what else the kernel has to be
 */
public record PolicyRule(
    String name,
    List<ImageGlob> images,
    Mode mode,
    List<SignerIdentity> signers,
    DigestLists digests,
    KernelRequirements requirements) {

  public PolicyRule {
    images = List.copyOf(images);
    signers = List.copyOf(signers);
    if (name.isBlank()) {
      throw new IllegalArgumentException("a rule needs a name");
    }
    if (images.isEmpty()) {
      throw new IllegalArgumentException("rule '" + name + "' covers no image");
    }
    if (signers.isEmpty() && digests.allowed().isEmpty()) {
      throw new IllegalArgumentException(
          "rule '" + name + "' has neither signers nor allowed digests");
    }
  }

  /** Whether this rule speaks about the image, by its name alone. */
  public boolean covers(KernelReference image) {
    return images.stream().anyMatch(glob -> glob.matches(image.name()));
  }

  /** The same rule in another mode. */
  public PolicyRule inMode(Mode other) {
    return new PolicyRule(name, images, other, signers, digests, requirements);
  }
}
