// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import dev.kernelgate.kernel.Digest;
import dev.sigstore.encryption.signers.Verifiers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Optional;

/** The bytes that were signed, in the three forms that cosign has used. */
sealed interface SignedContent {

  /** Whether the key's owner made the signature over exactly this. */
  boolean isSignedBy(PublicKey key, byte[] signature) throws GeneralSecurityException;

  /** The hash by which an entry of this kind names the content; empty if it cannot. */
  Optional<Digest> loggedDigest(EntryKind kind);

  /** A DSSE envelope around an in-toto statement: cosign 3's signatures, and all attestations. */
  record Envelope(byte[] payload) implements SignedContent {

    /** The only payload type that is understood. */
    static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

    @Override
    public boolean isSignedBy(PublicKey key, byte[] signature) throws GeneralSecurityException {
      return Verifiers.newVerifier(key).verify(preAuthenticationEncoding(), signature);
    }

    @Override
    public Optional<Digest> loggedDigest(EntryKind kind) {
      return switch (kind) {
        case DSSE_V1 -> Optional.of(Digest.of(payload));
        case HASHED_REKORD_V2 -> Optional.of(Digest.of(preAuthenticationEncoding()));
        case HASHED_REKORD_V1 -> Optional.empty();
      };
    }

    /**
     * DSSE, protocol.md, "Signature Definition". Lengths count bytes; sigstore-java counts
     * characters and so refuses valid signatures over text beyond ASCII.
     */
    private byte[] preAuthenticationEncoding() {
      String header =
          "DSSEv1 " + PAYLOAD_TYPE.length() + " " + PAYLOAD_TYPE + " " + payload.length + " ";
      ByteArrayOutputStream encoding = new ByteArrayOutputStream(header.length() + payload.length);
      encoding.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
      encoding.writeBytes(payload);
      return encoding.toByteArray();
    }
  }

  /** The simple signing document of cosign 1 and 2. */
  record SimpleSigning(byte[] payload) implements SignedContent {

    @Override
    public boolean isSignedBy(PublicKey key, byte[] signature) throws GeneralSecurityException {
      return Verifiers.newVerifier(key).verify(payload, signature);
    }

    @Override
    public Optional<Digest> loggedDigest(EntryKind kind) {
      return switch (kind) {
        case HASHED_REKORD_V1 -> Optional.of(Digest.of(payload));
        case DSSE_V1, HASHED_REKORD_V2 -> Optional.empty();
      };
    }
  }

  /** A file as a whole; images are never signed so, but the conformance suite's artifacts are. */
  record Artifact(Digest digest) implements SignedContent {

    @Override
    public boolean isSignedBy(PublicKey key, byte[] signature) throws GeneralSecurityException {
      if (!key.getAlgorithm().equals("EC") && !key.getAlgorithm().equals("RSA")) {
        throw new GeneralSecurityException("only ECDSA and RSA signatures verify over a digest");
      }
      return Verifiers.newVerifier(key).verifyDigest(digest.bytes(), signature);
    }

    @Override
    public Optional<Digest> loggedDigest(EntryKind kind) {
      return switch (kind) {
        case HASHED_REKORD_V1, HASHED_REKORD_V2 -> Optional.of(digest);
        case DSSE_V1 -> Optional.empty();
      };
    }
  }
}
