// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What can be seen in the sources but no longer in the classes. */
class SourceTest {

  private static final Path SOURCES = Path.of("src", "main", "java");
  private static final int MAX_LINES = 300;

  @Test
  void noFileIsLongerThanOneCanHoldInMind() throws IOException {
    for (Path source : sources()) {
      // The vocabulary of reasons is one table and belongs in one file.
      if (!source.endsWith("Reason.java")) {
        assertThat(Files.readAllLines(source))
            .as(source.toString())
            .hasSizeLessThanOrEqualTo(MAX_LINES);
      }
    }
  }

  @Test
  void everyFileNamesItsLicense() throws IOException {
    for (Path source : sources()) {
      assertThat(Files.readString(source))
          .as(source.toString())
          .startsWith("// SPDX-License-Identifier: Apache-2.0\n");
    }
  }

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    for (Path source : sources()) {
      assertThat(source.resolveSibling("package-info.java")).exists();
    }
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }
}
