// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

/** What a peer can be allowed to do. No right includes another. */
public enum Right {
  /** Ask whether a kernel may boot, and fetch the manifest that was verified. */
  DECIDE,
  /** Look at verdicts, pods, status, health and metrics. */
  READ,
  /** Make the agent do something that others notice. */
  ADMIN
}
