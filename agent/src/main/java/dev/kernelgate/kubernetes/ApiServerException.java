// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

/** The API server did not do what it was asked for; the message is a lower-case fragment. */
final class ApiServerException extends Exception {

  private static final long serialVersionUID = 1L;

  ApiServerException(String message) {
    super(message);
  }

  ApiServerException(String message, Throwable cause) {
    super(message, cause);
  }
}
