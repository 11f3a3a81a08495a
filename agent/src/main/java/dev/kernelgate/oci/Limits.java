// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

/**
 * How much of what a stranger wrote is looked at. Beyond these the answer is {@code LimitExceeded}.
 */
public final class Limits {

  /** A manifest or index; the distribution-spec asks registries to take 4 MiB. */
  public static final int MANIFEST_BYTES = 4 * 1024 * 1024;

  /** An image configuration. */
  public static final int CONFIG_BYTES = 1024 * 1024;

  /** A Sigstore bundle; an SBOM attestation is the largest that is met. */
  public static final int BUNDLE_BYTES = 4 * 1024 * 1024;

  /** A simple signing payload. */
  public static final int PAYLOAD_BYTES = 64 * 1024;

  /**
   * What is held of everything that a check read, to be kept as evidence; a usual kernel has 50 KB.
   * Beyond nothing is held, so that what strangers attach is in memory one at a time.
   */
  static final int HELD_BYTES = 4 * 1024 * 1024;

  /** Manifests that one index may list. */
  public static final int INDEX_ENTRIES = 1024;

  /** Layers that one manifest may list; cosign stops at the same number of signatures. */
  public static final int LAYERS = 1000;

  /** Indexes inside indexes that are followed, the outermost counted. */
  public static final int INDEX_DEPTH = 3;

  /** Signatures and attestations that one check verifies, over all places. */
  public static final int CANDIDATES = 256;

  private Limits() {}
}
