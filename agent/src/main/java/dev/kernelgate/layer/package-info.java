// SPDX-License-Identifier: Apache-2.0

/**
 * What is in the layers of a kernel image: {@code /kernel/image} and {@code
 * /kernel/addons.squashfs}, by content. Layers are read as streams and never written to disk;
 * nothing that one says is believed before all of its bytes had the digest that a verified manifest
 * names. The archive format is commons-compress's business and known here only. One layer is read
 * at a time, on a virtual thread of its own.
 */
@NullMarked
package dev.kernelgate.layer;

import org.jspecify.annotations.NullMarked;
