// SPDX-License-Identifier: Apache-2.0

/**
 * OCI images as foreign bytes: what is fetched, hashed, parsed and believed, which manifest a host
 * picks, and where signatures may be. Every byte that is believed was hashed here against the
 * digest that names it. Where bytes come from is behind the {@link dev.kernelgate.oci.ImageSource}
 * port; this package itself does no I/O.
 */
@NullMarked
package dev.kernelgate.oci;

import org.jspecify.annotations.NullMarked;
