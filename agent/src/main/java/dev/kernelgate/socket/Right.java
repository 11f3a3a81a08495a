// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

/** What a peer can be allowed to do. Neither right includes the other. */
public enum Right {
  /** Ask whether a kernel may boot. */
  DECIDE,
  /** Look at verdicts, pods, status and health. */
  READ
}
