// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

/**
 * Which pod a kernel is for: shown, logged, and a way to the credentials that its kernel may be
 * fetched with. Never decided upon.
 *
 * @param uid the pod's uid, may be empty where only a name is known
 * @param namespace the pod's namespace
 * @param name the pod's name
 */
public record PodIdentity(String uid, String namespace, String name) {

  /** {@code namespace/name}. */
  public String qualifiedName() {
    return namespace + "/" + name;
  }
}
