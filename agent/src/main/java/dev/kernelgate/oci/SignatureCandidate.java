// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.Digest;
import java.util.Optional;

/** Something that claims to be a signature over {@link #subject()}; found, not yet believed. */
public sealed interface SignatureCandidate {

  /** The manifest or index it was found at. */
  Digest subject();

  /**
   * Where it was found, for messages: {@code referrer sha256:…} or {@code sha256-….sig layer 3}.
   */
  String origin();

  /**
   * A Sigstore bundle, cosign 3's form.
   *
   * @param json the bundle's bytes, at most {@link Limits#BUNDLE_BYTES}, hashed against the layer's
   *     digest
   */
  record Bundle(Digest subject, String origin, byte[] json) implements SignatureCandidate {}

  /**
   * A layer of a {@code .sig} manifest, the form of cosign 1 and 2.
   *
   * @param payload the simple signing JSON, at most {@link Limits#PAYLOAD_BYTES}, hashed against
   *     the layer's digest
   * @param signature annotation {@code dev.cosignproject.cosign/signature}, base64
   * @param certificate annotation {@code dev.sigstore.cosign/certificate}, PEM
   * @param logBundle annotation {@code dev.sigstore.cosign/bundle}, JSON with the signed entry
   *     timestamp
   */
  record Legacy(
      Digest subject,
      String origin,
      byte[] payload,
      Optional<String> signature,
      Optional<String> certificate,
      Optional<String> logBundle)
      implements SignatureCandidate {}
}
