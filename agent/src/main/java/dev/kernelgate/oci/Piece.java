// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import java.util.Optional;

/**
 * Content that a check read.
 *
 * @param tag the tag that it was asked for by, absent when it was asked for by digest
 * @param mediaType what the source said it is, empty for blobs
 * @param content the bytes as received
 */
public record Piece(Optional<String> tag, String mediaType, VerifiedBytes content) {}
