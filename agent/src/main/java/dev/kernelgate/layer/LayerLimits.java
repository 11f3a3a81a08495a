// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layer;

/**
 * How much of a layer is looked at.
 *
 * @param packedBytes of the layer as it is fetched
 * @param unpackedBytes of the archive in it
 * @param entries of the archive
 * @param headerBytes of what describes one entry, its name in extended headers included; the tar
 *     reader holds those in memory
 */
record LayerLimits(long packedBytes, long unpackedBytes, int entries, int headerBytes) {

  private static final long GIGABYTE = 1L << 30;

  /** Enough for the addons of a GPU kernel, which have some hundred megabytes. */
  static LayerLimits usual() {
    return new LayerLimits(GIGABYTE, 2 * GIGABYTE, 4096, 64 * 1024);
  }
}
