// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.PlatformManifest;

/**
 * The manifest that boots, with the bytes it was read from.
 *
 * @param manifest what it is
 * @param bytes the manifest itself, from which a launcher can boot
 * @param source which source of truth named the digest
 */
public record ResolvedKernel(PlatformManifest manifest, VerifiedBytes bytes, BootSource source) {

  /** The manifest's media type, OCI's or Docker's. */
  public String mediaType() {
    try {
      return MediaType.ofManifest(JsonReader.read(bytes.bytes()).text("mediaType"));
    } catch (MalformedJsonException e) {
      throw new IllegalStateException("it was parsed before", e);
    }
  }
}
