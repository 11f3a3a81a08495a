// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.json;

/**
 * Bytes that are not the JSON that was asked for. The message is a fragment that says what is wrong
 * and where.
 */
public final class MalformedJsonException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String message;

  public MalformedJsonException(String message) {
    super(message);
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
