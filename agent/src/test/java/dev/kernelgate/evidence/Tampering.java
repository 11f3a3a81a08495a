// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** What somebody else may do to a file that was kept, whatever is in it. */
final class Tampering {

  private Tampering() {}

  static void mode(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  static void moveBehindLink(Path file) throws IOException {
    Path moved = Files.move(file, file.resolveSibling("moved"));
    Files.createSymbolicLink(file, moved);
  }

  static void becomeDirectory(Path file) throws IOException {
    Files.delete(file);
    Files.createDirectory(file);
  }
}
