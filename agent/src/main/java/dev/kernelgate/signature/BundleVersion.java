// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.signature;

import java.util.Optional;

/** The versions of the bundle format, by their media types (protobuf-specs). */
enum BundleVersion {
  V0_1("v0.1"),
  V0_2("v0.2"),
  V0_3("v0.3");

  private final String version;

  BundleVersion(String version) {
    this.version = version;
  }

  /** The version with this media type; v0.3 has two, and both are in use. */
  static Optional<BundleVersion> of(String mediaType) {
    return switch (mediaType) {
      case "application/vnd.dev.sigstore.bundle+json;version=0.1" -> Optional.of(V0_1);
      case "application/vnd.dev.sigstore.bundle+json;version=0.2" -> Optional.of(V0_2);
      case "application/vnd.dev.sigstore.bundle+json;version=0.3",
          "application/vnd.dev.sigstore.bundle.v0.3+json" ->
          Optional.of(V0_3);
      default -> Optional.empty();
    };
  }

  /** How facts name it. */
  String format() {
    return "sigstore-bundle-" + version;
  }

  /** From v0.3 on a bundle has the leaf alone. */
  boolean mayCarryChain() {
    return switch (this) {
      case V0_1, V0_2 -> true;
      case V0_3 -> false;
    };
  }

  @Override
  public String toString() {
    return version;
  }
}
