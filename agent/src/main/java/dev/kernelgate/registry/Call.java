// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import java.net.URI;
import java.util.Optional;

/**
 * One request.
 *
 * @param uri what is asked
 * @param accept media types that can be used, comma-separated
 * @param authorization value of the header of that name; a secret
 * @param form body of a POST, URL-encoded, a secret; without it the request is a GET
 * @param taken how a successful answer's body is taken
 */
record Call(
    URI uri, String accept, Optional<String> authorization, Optional<String> form, Taken taken) {

  /** How a body is taken. */
  sealed interface Taken {

    /**
     * When all of it is there.
     *
     * @param maxBytes the most that it may have
     */
    record Whole(int maxBytes) implements Taken {}

    /** As it arrives, however long it is. */
    record Arriving() implements Taken {}
  }

  static Call get(URI uri, String accept, int maxBytes) {
    return get(uri, accept, new Taken.Whole(maxBytes));
  }

  static Call get(URI uri, String accept, Taken taken) {
    return new Call(uri, accept, Optional.empty(), Optional.empty(), taken);
  }

  Call withAuthorization(Optional<String> header) {
    return new Call(uri, accept, header, form, taken);
  }

  Call withForm(String urlEncoded) {
    return new Call(uri, accept, authorization, Optional.of(urlEncoded), taken);
  }

  /**
   * The same request to where a redirect points. The authorization goes along only to the very same
   * scheme, host and port: it was meant for nobody else.
   */
  Call redirectedTo(URI target) {
    return new Call(
        target,
        accept,
        authorization.filter(_ -> isSameOrigin(uri, target)),
        Optional.empty(),
        taken);
  }

  /**
   * The address that a reference means (RFC 3986, section 5.2). The JDK still follows the older RFC
   * 2396, which loses the last segment of the path when only a query is given.
   *
   * @throws IllegalArgumentException if it is no reference
   */
  static URI resolve(URI base, String reference) {
    if (reference.isEmpty()) {
      throw new IllegalArgumentException("an empty reference leads to itself");
    }
    return reference.startsWith("?")
        ? base.resolve(base.getRawPath() + reference)
        : base.resolve(reference);
  }

  /** Whether a connection can be made to the address, and it carries no user and password. */
  static boolean isUsable(URI uri) {
    return uri.getHost() != null
        && uri.getUserInfo() == null
        && (uri.getPort() < 0 || RegistryHost.isPort(uri.getPort()));
  }

  /** Whether scheme, host and port are the same. */
  static boolean isSameOrigin(URI one, URI other) {
    return one.getScheme().equals(other.getScheme())
        && one.getHost().equalsIgnoreCase(other.getHost())
        && portOf(one) == portOf(other);
  }

  private static int portOf(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return uri.getScheme().equals("https") ? 443 : 80;
  }

  /** Names what was asked, without any secret. */
  @Override
  public String toString() {
    return (form.isPresent() ? "POST " : "GET ") + Failures.describe(uri);
  }
}
