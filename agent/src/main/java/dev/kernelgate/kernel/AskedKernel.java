// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

import java.util.Optional;

/**
 * How a pod or a launcher names the kernel that it wants. The texts are as received: nothing is
 * valid yet.
 */
public sealed interface AskedKernel {

  /** The annotation of a pod that names an image. */
  String IMAGE_ANNOTATION = "dev.edera/kernel";

  /** The annotation of a pod that names a variant. */
  String VARIANT_ANNOTATION = "dev.edera/kernel-variant";

  /** What a pod asks for whose annotations have these values. */
  static AskedKernel of(Optional<String> image, Optional<String> variant) {
    if (image.isPresent() && variant.isPresent()) {
      return new Conflicting(image.get(), variant.get());
    }
    return image
        .<AskedKernel>map(Image::new)
        .or(() -> variant.map(Variant::new))
        .orElseGet(NodeDefault::new);
  }

  /** An image reference, from {@code dev.edera/kernel}. */
  record Image(String reference) implements AskedKernel {
    @Override
    public String toString() {
      return reference;
    }
  }

  /** A name that the node's daemon maps to an image, from {@code dev.edera/kernel-variant}. */
  record Variant(String name) implements AskedKernel {
    @Override
    public String toString() {
      return "variant " + name;
    }
  }

  /** No wish: the node's default kernel files, which have no image reference. */
  record NodeDefault() implements AskedKernel {
    @Override
    public String toString() {
      return "node default";
    }
  }

  /**
   * Both annotations at once. What the node would boot is not known, so this never becomes trusted.
   */
  record Conflicting(String reference, String variant) implements AskedKernel {
    @Override
    public String toString() {
      return reference + " and variant " + variant;
    }
  }
}
