// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.verdict.Untrusted;
import java.util.Optional;

/**
 * Which flavor a kernel must say it is, in its signed annotation. One signer signs host, zone and
 * GPU kernels alike, so without this rule a properly signed host kernel passes for a zone's.
 */
public sealed interface FlavorRule {

  /** The end of every kernel repository's name; what stands before it is the flavor. */
  String IMAGE_SUFFIX = "-kernel";

  /** The flavor is not looked at. */
  record Any() implements FlavorRule {}

  /** Exactly this flavor, which cannot be blank. */
  record Named(String flavor) implements FlavorRule {
    public Named {
      if (flavor.isBlank()) {
        throw new IllegalArgumentException("a flavor must not be empty");
      }
    }
  }

  /** The flavor that the image is named after: {@code zone} for {@code .../zone-kernel}. */
  record OfImageName() implements FlavorRule {}

  /** What is wrong with this flavor for this image, as a fragment; empty when nothing is. */
  default Optional<String> objection(KernelReference image, Optional<String> flavor) {
    return switch (this) {
      case Any _ -> Optional.empty();
      case Named(String wanted) -> compare(wanted, flavor);
      case OfImageName _ -> {
        String name = image.repository().substring(image.repository().lastIndexOf('/') + 1);
        yield name.endsWith(IMAGE_SUFFIX) && name.length() > IMAGE_SUFFIX.length()
            ? compare(name.substring(0, name.length() - IMAGE_SUFFIX.length()), flavor)
            : Optional.of(
                "the image name '"
                    + name
                    + "' does not end in "
                    + IMAGE_SUFFIX
                    + ", so it names no flavor");
      }
    };
  }

  private static Optional<String> compare(String wanted, Optional<String> flavor) {
    if (flavor.isEmpty()) {
      return Optional.of("the manifest names no flavor, expected '" + wanted + "'");
    }
    return flavor.get().equals(wanted)
        ? Optional.empty()
        : Optional.of(
            "the manifest's flavor is "
                + Untrusted.quote(flavor.get())
                + ", expected '"
                + wanted
                + "'");
  }
}
