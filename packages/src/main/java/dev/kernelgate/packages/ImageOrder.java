// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.packages;

import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is to be built, as the command line says it: {@code --option value} pairs.
 *
 * @param trees the runnable tree of each architecture, as OCI spells it
 * @param base what the layers of the agent go on
 * @param version the agent's version, a label and the image's tag in the tar
 * @param time of every file and of the image
 * @param tar where the OCI layout goes
 * @param push the registry's name and tag, if it is to go there too
 * @param work a directory for caches and parts
 */
record ImageOrder(
    NavigableMap<String, Path> trees,
    Base base,
    String version,
    Instant time,
    Path tar,
    Optional<String> push,
    Path work) {

  static final String USAGE =
      """
      usage: --amd64 TREE [--arm64 TREE] --base BASE --version VERSION --time INSTANT --work DIRECTORY
             --tar FILE [--push NAME:TAG]
      BASE is NAME@sha256:..., a tar that docker or jib has saved, or a directory, which becomes the first layer.\
      """;

  /** What is below the agent. */
  sealed interface Base {
    /** An image in a registry; a tag alone would make two builds differ. */
    record Registry(String reference) implements Base {}

    /** An image in a tar. */
    record Tar(Path file) implements Base {}

    /** A directory with a C library and a shell. */
    record Directory(Path root) implements Base {}
  }

  private enum Option {
    AMD64,
    ARM64,
    BASE,
    VERSION,
    TIME,
    WORK,
    TAR,
    PUSH
  }

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if it cannot be understood; the message says how it should be
   */
  static ImageOrder parse(List<String> arguments) {
    Map<Option, String> values = new EnumMap<>(Option.class);
    if (arguments.size() % 2 != 0) {
      throw new IllegalArgumentException(USAGE);
    }
    for (int at = 0; at < arguments.size(); at += 2) {
      values.put(option(arguments.get(at)), arguments.get(at + 1));
    }
    NavigableMap<String, Path> trees = new TreeMap<>();
    trees.put("amd64", Path.of(required(values, Option.AMD64)));
    given(values, Option.ARM64).ifPresent(tree -> trees.put("arm64", Path.of(tree)));
    return new ImageOrder(
        trees,
        base(required(values, Option.BASE)),
        required(values, Option.VERSION),
        Instant.parse(required(values, Option.TIME)),
        Path.of(required(values, Option.TAR)),
        given(values, Option.PUSH),
        Path.of(required(values, Option.WORK)));
  }

  private static Base base(String value) {
    Path path = Path.of(value);
    if (path.toFile().isDirectory()) {
      return new Base.Directory(path);
    }
    if (path.toFile().isFile()) {
      return new Base.Tar(path);
    }
    if (!value.matches(".+@sha256:[0-9a-f]{64}")) {
      throw new IllegalArgumentException("the base image is to be named by digest: " + value);
    }
    return new Base.Registry(value);
  }

  private static Option option(String word) {
    for (Option option : Option.values()) {
      if (word.equals("--" + option.name().toLowerCase(Locale.ROOT))) {
        return option;
      }
    }
    throw new IllegalArgumentException(USAGE);
  }

  /** Maven hands in what was not configured as an empty word. */
  private static Optional<String> given(Map<Option, String> values, Option option) {
    return Optional.ofNullable(values.get(option)).filter(value -> !value.isEmpty());
  }

  private static String required(Map<Option, String> values, Option option) {
    return given(values, option).orElseThrow(() -> new IllegalArgumentException(USAGE));
  }
}
