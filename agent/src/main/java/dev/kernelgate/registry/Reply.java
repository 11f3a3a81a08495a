// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.BlobStream;
import dev.kernelgate.oci.FetchedManifest;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Locale;
import java.util.Optional;

/**
 * A complete answer, whatever its status.
 *
 * @param uri who answered, after redirects
 * @param status the HTTP status
 * @param headers the response headers
 * @param body the bounded body
 */
record Reply(URI uri, int status, HttpHeaders headers, Body body) {

  /** The media type without parameters, lower case; empty when none was sent. */
  String mediaType() {
    String value = headers.firstValue("Content-Type").orElse("");
    int semicolon = value.indexOf(';');
    return (semicolon < 0 ? value : value.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }

  /** Whether the body says it is JSON of any kind. */
  boolean isJson() {
    return mediaType().equals("application/json") || mediaType().endsWith("+json");
  }

  /** Whether the body is a page for people, which no registry sends. */
  boolean isPage() {
    return mediaType().contains("html") || mediaType().endsWith("xml");
  }

  /**
   * The manifest that it brings.
   *
   * @throws ProblemException {@code RegistryMisbehaved} if it says that it is something else, or
   *     states another digest than it has
   */
  FetchedManifest manifest() throws ProblemException {
    String mediaType = mediaType();
    if (!mediaType.isEmpty() && !isJson()) {
      throw wrongType();
    }
    byte[] bytes = body.bytes();
    Optional<Digest> stated = headers.firstValue("Docker-Content-Digest").flatMap(Digest::parse);
    if (stated.isPresent() && !stated.get().equals(Digest.of(bytes))) {
      throw new ProblemException(
          Reason.REGISTRY_MISBEHAVED,
          "the registry states " + stated.get() + " but sends " + Digest.of(bytes));
    }
    // Plain application/json says that it is JSON, not which of the two kinds.
    return new FetchedManifest(mediaType.equals("application/json") ? "" : mediaType, bytes);
  }

  /**
   * The blob that it brings, which is there.
   *
   * @throws ProblemException {@code RegistryMisbehaved} if it is a page
   */
  byte[] blob() throws ProblemException {
    if (isPage()) {
      throw wrongType();
    }
    return body.bytes();
  }

  /**
   * The blob that it brings, as it arrives.
   *
   * @throws ProblemException {@code RegistryMisbehaved} if it is a page, which is not read
   */
  BlobStream stream() throws ProblemException {
    if (!isPage() && body instanceof Body.Arriving(BodyStream stream)) {
      return stream;
    }
    body.abandon();
    throw wrongType();
  }

  private ProblemException wrongType() {
    return new ProblemException(
        Reason.REGISTRY_MISBEHAVED,
        Failures.describe(uri) + " has content type " + Untrusted.quote(mediaType()));
  }
}
