// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

/**
 * A manifest or index as it arrived. Nothing about it is believed yet.
 *
 * @param mediaType what the source said it is, empty when it said nothing
 * @param body the bytes exactly as received, at most {@link Limits#MANIFEST_BYTES}
 */
public record FetchedManifest(String mediaType, byte[] body) {}
