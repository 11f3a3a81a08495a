// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import java.util.Optional;

/** Every path that is served, and what a peer must be allowed for it. */
enum Route {
  DECIDE("/v1/decide", Right.DECIDE, "GET, POST"),
  MANIFEST("/v1/manifests/", Right.DECIDE, "GET"),
  VERDICTS("/v1/verdicts", Right.READ, "GET"),
  VERDICT("/v1/verdicts/", Right.READ, "GET"),
  PODS("/v1/pods", Right.READ, "GET"),
  STATUS("/v1/status", Right.READ, "GET"),
  HEALTH("/healthz", Right.READ, "GET"),
  READINESS("/readyz", Right.READ, "GET"),
  METRICS("/metrics", Right.READ, "GET"),
  FORGET("/v1/forget", Right.ADMIN, "POST");

  private final String path;
  private final Right right;
  private final String allow;

  /** A path that ends in a slash is followed by a digest. */
  Route(String path, Right right, String allow) {
    this.path = path;
    this.right = right;
    this.allow = allow;
  }

  /** The route of a path, which is compared as sent: nothing in a served path needs an escape. */
  static Optional<Route> of(String path) {
    for (Route route : values()) {
      if (route.path.endsWith("/") ? path.startsWith(route.path) : path.equals(route.path)) {
        return Optional.of(route);
      }
    }
    return Optional.empty();
  }

  /** What follows the route's own path. */
  String rest(String requestPath) {
    return requestPath.substring(path.length());
  }

  Right right() {
    return right;
  }

  boolean takes(String method) {
    return allow.equals(method) || (allow.equals("GET, POST") && isEither(method));
  }

  /** The header {@code Allow}. */
  String allow() {
    return allow;
  }

  private static boolean isEither(String method) {
    return method.equals("GET") || method.equals("POST");
  }
}
