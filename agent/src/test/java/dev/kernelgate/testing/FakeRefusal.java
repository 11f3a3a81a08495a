// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

/** An API server's answer that refuses a request. */
final class FakeRefusal extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;

  FakeRefusal(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
