// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import dev.kernelgate.verification.BootName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/** What the daemon's configuration says about kernels, at one moment. Immutable. */
sealed interface DaemonToml {

  /** It was read. */
  record Parsed(Path file, TomlTable root) implements DaemonToml {}

  /** It names no variant that is known. */
  record Unusable(Problem problem) implements DaemonToml {}

  /** The daemon accepts both spellings of a key. */
  List<String> VARIANTS = List.of("kernel-variants", "kernel_variants");

  /** The same for the host that stands in for Docker Hub. */
  List<String> MIRROR = List.of("docker-hub-mirror", "docker_hub_mirror");

  /** A file that is definitely not there, so that it maps no name to anything. */
  static DaemonToml missing(Path file) {
    return unusable(Reason.UNKNOWN_VARIANT, "there is no file " + file);
  }

  /** Reads the file. The parser never throws: it returns what it understood, beside the errors. */
  static DaemonToml read(Path file) {
    try {
      TomlParseResult parsed =
          Toml.parse(new String(BoundedFile.read(file), StandardCharsets.UTF_8));
      return parsed.hasErrors()
          ? unusable(
              Reason.UNKNOWN_VARIANT,
              file + " is not TOML: " + Untrusted.quote(parsed.errors().getFirst().toString()))
          : new Parsed(file, parsed);
    } catch (NoSuchFileException _) {
      return missing(file);
    } catch (IOException e) {
      return unreadable(file, Untrusted.quote(String.valueOf(e.getMessage())));
    }
  }

  /** A file of which nothing is known, not even whether it is there. */
  static DaemonToml unreadable(Path file, String why) {
    return unusable(Reason.CONFIGURATION_UNKNOWN, file + " cannot be read: " + why);
  }

  /** The image that {@code [zone.kernel-variants]} maps a name to, if it names exactly one. */
  default BootName variant(String name) {
    return switch (this) {
      case Unusable(Problem problem) -> new BootName.None(problem);
      case Parsed(Path file, TomlTable root) -> {
        Set<String> references = new HashSet<>();
        for (String spelling : VARIANTS) {
          table(root, "zone")
              .flatMap(zone -> table(zone, spelling))
              .flatMap(variants -> text(variants, name))
              .ifPresent(references::add);
        }
        yield references.size() == 1
            ? BootName.parse(references.iterator().next())
            : new BootName.None(
                new Problem(
                    Reason.UNKNOWN_VARIANT,
                    Untrusted.quote(name)
                        + (references.isEmpty()
                            ? " is not in "
                            : " is there twice, differently, in ")
                        + "[zone.kernel-variants] of "
                        + file));
      }
    };
  }

  /** The host that {@code [oci]} names to be asked in place of Docker Hub, as written. */
  default Optional<String> dockerHubMirror() {
    return switch (this) {
      case Unusable _ -> Optional.empty();
      case Parsed(_, TomlTable root) ->
          table(root, "oci")
              .flatMap(
                  oci ->
                      MIRROR.stream()
                          .flatMap(spelling -> text(oci, spelling).stream())
                          .findFirst());
    };
  }

  /** One step at a time: the library throws where a path leads through something else. */
  private static Optional<TomlTable> table(TomlTable outer, String key) {
    return outer.get(List.of(key)) instanceof TomlTable table
        ? Optional.of(table)
        : Optional.empty();
  }

  private static Optional<String> text(TomlTable table, String key) {
    return table.get(List.of(key)) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  private static DaemonToml unusable(Reason reason, String detail) {
    return new Unusable(new Problem(reason, detail));
  }
}
