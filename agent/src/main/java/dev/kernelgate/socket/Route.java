// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import java.util.Optional;

/** Every path that is served, and what a peer must be allowed for it. */
enum Route {
  DECIDE("/v1/decide", Right.DECIDE, true),
  VERDICTS("/v1/verdicts", Right.READ, false),
  /** The rest of the path is a digest. */
  VERDICT("/v1/verdicts/", Right.READ, false),
  PODS("/v1/pods", Right.READ, false),
  STATUS("/v1/status", Right.READ, false),
  HEALTH("/healthz", Right.READ, false),
  READINESS("/readyz", Right.READ, false);

  private final String path;
  private final Right right;
  private final boolean takesPost;

  Route(String path, Right right, boolean takesPost) {
    this.path = path;
    this.right = right;
    this.takesPost = takesPost;
  }

  /** The route of a path, which is compared as sent: nothing in a served path needs an escape. */
  static Optional<Route> of(String path) {
    for (Route route : values()) {
      if (route == VERDICT ? path.startsWith(route.path) : path.equals(route.path)) {
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
    return method.equals("GET") || (takesPost && method.equals("POST"));
  }

  /** The header {@code Allow}. */
  String allow() {
    return takesPost ? "GET, POST" : "GET";
  }
}
