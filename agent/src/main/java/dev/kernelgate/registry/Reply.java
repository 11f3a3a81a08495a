// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Locale;

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
}
