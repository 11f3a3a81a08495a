// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

/**
 * A text that is no image reference. The message says what is wrong with it, as a fragment without
 * a full stop.
 */
public final class InvalidReferenceException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String message;

  InvalidReferenceException(String message) {
    super(message);
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
