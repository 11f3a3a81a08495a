// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

/** Where the answer to "which digest boots" came from. */
public enum BootSource {
  /** The reference itself names a digest. */
  PINNED_DIGEST("pinned-digest"),
  /** The node's own image cache. */
  NODE_CACHE("node-cache"),
  /** What the agent remembers of when the pod was booted; its tag names something else by now. */
  BOOT_RECORD("boot-record"),
  /** The registry, asked now. */
  REGISTRY("registry"),
  /** A local OCI layout. */
  LAYOUT("layout"),
  /** What this node kept of the registry's earlier answers. */
  EVIDENCE("evidence"),
  /** The node's default kernel files, which belong to no image. */
  ZONE_FILES("zone-files");

  private final String text;

  BootSource(String text) {
    this.text = text;
  }

  /** The word used in answers and logs. */
  @Override
  public String toString() {
    return text;
  }
}
