// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import java.net.URI;
import java.net.http.HttpClient;

/**
 * A registry and the HTTP clients that reach it.
 *
 * @param settings how it is reached
 * @param own for the registry's own host: shows the client certificate, when there is one
 * @param foreign for its token service and for redirects: the same trust, but no client certificate
 */
record Connection(RegistrySettings settings, HttpClient own, HttpClient foreign) {

  /** The client for an address. */
  HttpClient clientFor(URI uri) {
    return uri.getAuthority().equalsIgnoreCase(settings.wireHost()) ? own : foreign;
  }

  /** Whether an administrator allowed plain HTTP for this registry. */
  boolean isPlainHttp() {
    return settings.scheme().equals("http");
  }
}
