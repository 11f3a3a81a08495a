// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

/** A file that the node's daemon boots a zone from when nobody asked for a kernel by name. */
public enum ZoneFile {
  /** The kernel itself, without which nothing boots. */
  KERNEL("kernel"),
  /** The initial file system. */
  INITRD("initrd"),
  /** Modules and firmware. */
  ADDONS("addons.squashfs");

  private final String fileName;

  ZoneFile(String fileName) {
    this.fileName = fileName;
  }

  /** Its name in the node's zone directory. */
  @Override
  public String toString() {
    return fileName;
  }
}
