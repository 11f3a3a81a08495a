// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

/** The API server did not do what it was asked for; the message is a lower-case fragment. */
final class ApiServerException extends Exception {

  private static final long serialVersionUID = 1L;
  private static final int NO_ANSWER = 0;
  private static final int NOT_FOUND = 404;

  private final int status;

  /** It answered with an HTTP status that is no success. */
  ApiServerException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** It did not answer, or not usably. */
  ApiServerException(String message, Throwable cause) {
    super(message, cause);
    this.status = NO_ANSWER;
  }

  /** Whether it said that the object does not exist. */
  boolean isNotFound() {
    return status == NOT_FOUND;
  }
}
