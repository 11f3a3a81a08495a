// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A SHA-256 content digest, the only algorithm that Edera's nodes and cosign's tags use.
 *
 * @param hex 64 lower-case hexadecimal digits (OCI image-spec, descriptor.md, "Digests")
 */
public record Digest(String hex) implements Comparable<Digest> {

  private static final Pattern HEX = Pattern.compile("[a-f0-9]{64}");
  private static final String ALGORITHM = "sha256:";

  public Digest {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException("not 64 lower-case hexadecimal digits");
    }
  }

  /** The digest written as {@code sha256:<hex>}, or empty for any other text. */
  public static Optional<Digest> parse(String text) {
    if (!text.startsWith(ALGORITHM)) {
      return Optional.empty();
    }
    String hex = text.substring(ALGORITHM.length());
    return HEX.matcher(hex).matches() ? Optional.of(new Digest(hex)) : Optional.empty();
  }

  /** Hashes the bytes themselves. */
  public static Digest of(byte[] content) {
    return ofHash(sha256().digest(content));
  }

  /**
   * Wraps a finished SHA-256.
   *
   * @throws IllegalArgumentException unless it has 32 bytes
   */
  public static Digest ofHash(byte[] hash) {
    return new Digest(HexFormat.of().formatHex(hash));
  }

  /**
   * A hash of nothing yet, for content that comes in pieces; {@link #ofHash} wraps what it gives.
   */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** The 32 bytes. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  /**
   * The fallback tag under which registries without a referrers API list what refers to this
   * digest.
   */
  public String fallbackTag() {
    return "sha256-" + hex;
  }

  /** The tag under which cosign 1 and 2 keep the signatures over this digest. */
  public String legacySignatureTag() {
    return "sha256-" + hex + ".sig";
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return ALGORITHM + hex;
  }
}
