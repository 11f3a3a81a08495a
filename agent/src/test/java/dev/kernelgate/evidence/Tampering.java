// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What somebody else may do to a file that was kept. */
record Tampering(String name, Change change) {

  /** Does it. */
  @FunctionalInterface
  interface Change {
    void make(Path file) throws IOException;
  }

  /** Something else is in it. */
  static Tampering rewrite(String name, UnaryOperator<String> edit) {
    return new Tampering(name, file -> Files.writeString(file, edit.apply(Files.readString(file))));
  }

  /** One of its words, which has to be there, is another. */
  static Tampering replace(String name, String from, String to) {
    return rewrite(
        name,
        text -> {
          assertThat(text).contains(from);
          return text.replace(from, to);
        });
  }

  /** What is not believed of any file, whatever is in it. */
  static Stream<Tampering> withAnyFile() {
    return Stream.of(
        rewrite("half of it", text -> text.substring(0, 100)),
        rewrite("nothing in it", _ -> ""),
        mode("writable by its group", "rw--w----"),
        mode("writable by others", "rw-----w-"),
        new Tampering("a link to itself elsewhere", Tampering::moveBehindLink),
        new Tampering("a directory", Tampering::becomeDirectory));
  }

  private static Tampering mode(String name, String permissions) {
    return new Tampering(
        name,
        file -> Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions)));
  }

  private static void moveBehindLink(Path file) throws IOException {
    Path moved = Files.move(file, file.resolveSibling("moved"));
    Files.createSymbolicLink(file, moved);
  }

  private static void becomeDirectory(Path file) throws IOException {
    Files.delete(file);
    Files.createDirectory(file);
  }

  @Override
  public String toString() {
    return name;
  }
}
