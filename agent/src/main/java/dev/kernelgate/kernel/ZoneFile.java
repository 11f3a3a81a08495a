// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

import java.util.Optional;

/** A file that the node's daemon boots a zone from when nobody asked for a kernel by name. */
public enum ZoneFile {
  /** The kernel itself, without which nothing boots. */
  KERNEL("kernel", Optional.of("/kernel/image")),
  /** The initial file system, which belongs to the daemon and is in no kernel image. */
  INITRD("initrd", Optional.empty()),
  /** Modules and firmware. */
  ADDONS("addons.squashfs", Optional.of("/kernel/addons.squashfs"));

  private final String fileName;
  private final Optional<String> pathInImage;

  ZoneFile(String fileName, Optional<String> pathInImage) {
    this.fileName = fileName;
    this.pathInImage = pathInImage;
  }

  /** Where a kernel image has it, from the image's root. */
  public Optional<String> pathInImage() {
    return pathInImage;
  }

  /** Its name in the node's zone directory. */
  @Override
  public String toString() {
    return fileName;
  }
}
