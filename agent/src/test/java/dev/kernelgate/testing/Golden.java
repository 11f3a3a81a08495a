// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Compares what an operator or a program reads with a file below {@code src/test/resources/golden},
 * byte for byte. {@code -Dgolden.update=true} rewrites the files instead; review the difference
 * before committing it.
 */
public final class Golden {

  private static final Path DIRECTORY = Path.of("src", "test", "resources", "golden");
  private static final Path DOCUMENTS = Path.of("docs");

  private Golden() {}

  /**
   * Asserts that the text is that of the golden file.
   *
   * @param name path below the golden directory, {@code config/errors.txt}
   */
  public static void assertMatches(String name, String actual) {
    assertFileHolds(DIRECTORY.resolve(name), actual);
  }

  /**
   * Asserts that a document that is derived from code says what the code says.
   *
   * @param name path below {@code agent/docs}, {@code reasons.md}
   */
  public static void assertDocument(String name, String actual) {
    assertFileHolds(DOCUMENTS.resolve(name), actual);
  }

  private static void assertFileHolds(Path file, String actual) {
    try {
      if (Boolean.getBoolean("golden.update")) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, actual);
      } else if (!Files.exists(file)) {
        fail("there is no golden file %s: create it with -Dgolden.update=true", file);
      } else {
        assertThat(actual).as("golden file %s", file).isEqualTo(Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
