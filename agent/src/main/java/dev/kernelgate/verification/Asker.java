// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.KernelReference;

/** On whose behalf a check is made. */
public sealed interface Asker {

  /** The node itself: its pods, or whoever runs the command line. */
  record Node() implements Asker {}

  /**
   * The node itself, about kernels of one registry: one that does not answer must not keep the
   * node's other kernels waiting.
   */
  record NodeAt(String registry) implements Asker {}

  /** A user who asks at the socket. Users share the slots among them: see {@link CheckSlots}. */
  record User(int uid) implements Asker {}

  /** Whose share is used for work on this image. */
  default Asker about(KernelReference reference) {
    return switch (this) {
      case Node _ -> new NodeAt(reference.registry());
      case NodeAt _, User _ -> this;
    };
  }
}
