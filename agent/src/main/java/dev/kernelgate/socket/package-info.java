// SPDX-License-Identifier: Apache-2.0

/**
 * The gate's front door: HTTP/1.1 on a Unix socket, for peers that the kernel itself identifies.
 * Silence, a refused connection and every status but 200 mean "do not boot". One event loop thread
 * decodes, authorises, encodes and keeps time; it never waits for a check. The only package that
 * knows Netty.
 */
@NullMarked
package dev.kernelgate.socket;

import org.jspecify.annotations.NullMarked;
