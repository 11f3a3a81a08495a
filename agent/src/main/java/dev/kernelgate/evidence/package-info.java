// SPDX-License-Identifier: Apache-2.0

/**
 * The evidence of trusted verdicts on disk: per repository an OCI image layout that holds what the
 * registry answered, and nothing that says what came of it. Written through temporary files,
 * bounded, the longest unused dropped first. Whoever reads it hashes and verifies all of it again,
 * so a damaged or forged store costs an answer and never gives a wrong one. What was found in
 * layers is kept beside it and cannot be verified like this: {@link
 * dev.kernelgate.evidence.DiskLayers} says what is checked instead. So are notes of what pods were
 * booted from, {@link dev.kernelgate.evidence.DiskBoots}, by which nothing boots. Files only;
 * evidence is written on the executor that is handed in.
 */
@NullMarked
package dev.kernelgate.evidence;

import org.jspecify.annotations.NullMarked;
