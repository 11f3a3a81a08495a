// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

/** On whose behalf a check is made. */
public sealed interface Asker {

  /** The node itself: its pods, or whoever runs the command line. */
  record Node() implements Asker {}

  /** A user who asks at the socket. Users share the slots among them: see {@link CheckSlots}. */
  record User(int uid) implements Asker {}
}
