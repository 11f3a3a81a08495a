// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verdict;

/** Who can make a reason go away. */
public enum Mender {
  /** Nobody needs to. */
  NOBODY("nobody"),
  /** Whoever wrote the pod's annotation or asked the socket. */
  REQUESTER("requester"),
  /** Whoever builds, signs and pushes the kernel image. */
  PUBLISHER("publisher"),
  /** Whoever runs the registry or the network to it. */
  REGISTRY("registry operator"),
  /** Whoever owns kernelgate's policy. */
  POLICY_OWNER("policy owner"),
  /** Whoever administers this node. */
  NODE_ADMIN("node administrator"),
  /** Time: the question will be asked again. */
  TIME("time"),
  /** Us. */
  KERNELGATE("kernelgate's authors");

  private final String text;

  Mender(String text) {
    this.text = text;
  }

  /** As documentation and answers show it. */
  @Override
  public String toString() {
    return text;
  }
}
