// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.KernelReference;

/**
 * A repository in a registry, where a manifest, its indexes and everything attached to them live.
 *
 * @param registry host and optional port
 * @param path path below the registry
 */
public record Repository(String registry, String path) {

  /** The repository that a reference names. */
  public static Repository of(KernelReference reference) {
    return new Repository(reference.registry(), reference.repository());
  }

  @Override
  public String toString() {
    return registry + "/" + path;
  }
}
