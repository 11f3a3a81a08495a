// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import java.util.Optional;

/** The two things that a registry calls a manifest, each with its OCI and its Docker media type. */
enum MediaType {
  INDEX(
      "application/vnd.oci.image.index.v1+json",
      "application/vnd.docker.distribution.manifest.list.v2+json"),
  MANIFEST(
      "application/vnd.oci.image.manifest.v1+json",
      "application/vnd.docker.distribution.manifest.v2+json");

  static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
  static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
  static final String SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";

  private static final String BUNDLE = "application/vnd.dev.sigstore.bundle";

  private final String oci;
  private final String docker;

  MediaType(String oci, String docker) {
    this.oci = oci;
    this.docker = docker;
  }

  /** The kind that a media type names, parameters ignored; empty for any other type. */
  static Optional<MediaType> of(String text) {
    int semicolon = text.indexOf(';');
    String type = (semicolon < 0 ? text : text.substring(0, semicolon)).strip();
    for (MediaType kind : values()) {
      if (type.equals(kind.oci) || type.equals(kind.docker)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /**
   * What a manifest that was parsed is served as: Docker's type when it states that, else OCI's,
   * which it need not state.
   */
  static String ofManifest(Optional<String> stated) {
    boolean isDocker = stated.filter(type -> type.startsWith(MANIFEST.docker)).isPresent();
    return isDocker ? MANIFEST.docker : MANIFEST.oci;
  }

  /** Whether a layer of this type is a Sigstore bundle, of whatever version. */
  static boolean isBundle(String mediaType) {
    return mediaType.startsWith(BUNDLE);
  }
}
