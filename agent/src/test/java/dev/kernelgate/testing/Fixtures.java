// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel images that real cosign signed; {@code cosign/README.md} beside them says how. */
public final class Fixtures {

  private static final Path ROOT = Path.of("src/test/resources/cosign");

  private Fixtures() {}

  /** The folder of all of it. */
  public static Path root() {
    if (!Files.isDirectory(ROOT)) {
      throw new IllegalStateException("tests run in the agent's directory");
    }
    return ROOT;
  }

  /** The contents of a registry, which are an OCI layout too. */
  public static Path store() {
    return root().resolve("store");
  }
}
