// SPDX-License-Identifier: Apache-2.0

/**
 * What the agent tells the service manager of its node: log entries with fields for the journal,
 * and whether it is ready, alive and what its state is. Both are datagrams on sockets in the Unix
 * domain, which {@code java.nio} cannot send; {@code UnixDatagram} sends them by calling libc and
 * is the only user of {@code java.lang.foreign}. The logging library's own classes appear only
 * here. Nothing in this package waits for a receiver on a caller's thread.
 */
@NullMarked
package dev.kernelgate.systemd;

import org.jspecify.annotations.NullMarked;
