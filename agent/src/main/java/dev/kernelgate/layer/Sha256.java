// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.layer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash of layers and of the files in them. */
final class Sha256 {

  private Sha256() {}

  static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
