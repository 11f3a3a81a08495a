// SPDX-License-Identifier: Apache-2.0

import com.google.googlejavaformat.java.Formatter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Formats every Java file below the given folders, or only says which ones differ: {@code
 * check|write FOLDER...}.
 */
final class Format {

  private Format() {}

  public static void main(String[] arguments) throws Exception {
    boolean write = arguments[0].equals("write");
    int differing = 0;
    for (String folder : List.of(arguments).subList(1, arguments.length)) {
      for (Path file : javaFiles(Path.of(folder))) {
        String source = Files.readString(file);
        String formatted = new Formatter().formatSourceAndFixImports(source);
        if (formatted.equals(source)) {
          continue;
        }
        differing++;
        if (write) {
          Files.writeString(file, formatted);
        } else {
          System.err.println("not formatted: " + file);
        }
      }
    }
    if (differing > 0 && !write) {
      System.err.println("run: mvn -Pformat process-sources");
      System.exit(1);
    }
  }

  private static List<Path> javaFiles(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }
}
