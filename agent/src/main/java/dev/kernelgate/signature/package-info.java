// SPDX-License-Identifier: Apache-2.0

/**
 * Cryptographic verification of cosign signatures, offline, against Sigstore trust roots. The only
 * package that knows sigstore-java, protobuf and Bouncy Castle. It uses sigstore-java's building
 * blocks and never its {@code KeylessVerifier}, which refuses cosign 3's image signatures and lacks
 * checks; agent/docs/adr/0007 lists them. Who signed is reported, not judged. Everything here is
 * immutable and safe for concurrent use; nothing does I/O after start-up or reads a clock: trusted
 * time comes from logs and timestamp authorities.
 */
@NullMarked
package dev.kernelgate.signature;

import org.jspecify.annotations.NullMarked;
