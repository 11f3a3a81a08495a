// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.policy;

import dev.kernelgate.kernel.Digest;
import java.util.Set;

/**
 * Digests that a rule decides upon by name, of platform manifests or of indexes. The deny list
 * wins.
 *
 * @param allowed trusted without a signature
 * @param denied rejected whatever the signature
 */
public record DigestLists(Set<Digest> allowed, Set<Digest> denied) {

  public DigestLists {
    allowed = Set.copyOf(allowed);
    denied = Set.copyOf(denied);
  }

  /** Nothing is decided by digest. */
  public static DigestLists none() {
    return new DigestLists(Set.of(), Set.of());
  }
}
