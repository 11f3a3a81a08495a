// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import java.util.Map;

/** A request cannot be taken as it is; the message says why, as a lower-case fragment. */
final class RefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Refusal refusal;
  private final String allow;

  RefusedException(Refusal refusal, String detail) {
    this(refusal, detail, "");
  }

  private RefusedException(Refusal refusal, String detail, String allow) {
    super(detail, null, false, false);
    this.refusal = refusal;
    this.allow = allow;
  }

  /** The path is served, but not with this method. */
  static RefusedException method(Route route) {
    return new RefusedException(
        Refusal.METHOD_NOT_ALLOWED, "the method is none of " + route.allow(), route.allow());
  }

  /** Headers that this refusal needs (RFC 9110, section 15.5.6: 405 names what is allowed). */
  Map<String, String> headers() {
    return allow.isEmpty() ? Map.of() : Map.of("Allow", allow);
  }

  Refusal refusal() {
    return refusal;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
