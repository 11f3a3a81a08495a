// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

/**
 * How a pod or a launcher names the kernel that it wants. The texts are as received: nothing is
 * valid yet.
 */
public sealed interface AskedKernel {

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
