// SPDX-License-Identifier: Apache-2.0

/**
 * Manifests and blobs from an OCI image layout in a local directory (image-spec, image-layout.md).
 * Files are read within bounds, never through a symbolic link that leaves the directory, and never
 * written. A layout that another program is writing to gives an open question, not an absence.
 */
@NullMarked
package dev.kernelgate.layout;

import org.jspecify.annotations.NullMarked;
