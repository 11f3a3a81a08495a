// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.json.JsonObject;

/**
 * A pull secret of a pod. Never prints what is in it.
 *
 * @param name {@code namespace/name}, which is no secret
 * @param auths logins by what they are for, as the member {@code auths} of a docker config has them
 */
public record PullSecret(String name, JsonObject auths) {
  @Override
  public String toString() {
    return name;
  }
}
