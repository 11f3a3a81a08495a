// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * The table {@code [zone.kernel-variants]} of the daemon's configuration, as the file is now. The
 * daemon reads it only when it starts, so the file can be ahead of what the daemon does; the digest
 * that a launcher sends along settles what really boots. Read again when it changes. Safe for
 * concurrent use.
 */
final class DaemonVariants {

  /** The daemon accepts both spellings of a key. */
  private static final List<String> SPELLINGS = List.of("kernel-variants", "kernel_variants");

  private final Path file;
  private final AtomicReference<Loaded> loaded;

  private record Loaded(Optional<BoundedFile.Version> version, Content content) {}

  /** What the file was found to be. */
  private sealed interface Content {
    record Parsed(TomlTable root) implements Content {}

    record Unusable(String detail) implements Content {}
  }

  DaemonVariants(Path file) {
    this.file = file;
    this.loaded = new AtomicReference<>(load(BoundedFile.version(file)));
  }

  /**
   * The image reference that a variant stands for, as written.
   *
   * @throws ProblemException {@code UnknownVariant} if the file does not name exactly one
   */
  String reference(String variant) throws ProblemException {
    return switch (current()) {
      case Content.Unusable(String detail) -> throw unknown(detail);
      case Content.Parsed(TomlTable root) -> reference(root, variant);
    };
  }

  private String reference(TomlTable root, String variant) throws ProblemException {
    Set<String> references = new HashSet<>();
    for (String spelling : SPELLINGS) {
      // One step at a time: the library throws where a path leads through something else.
      if (root.get(List.of("zone")) instanceof TomlTable zone
          && zone.get(List.of(spelling)) instanceof TomlTable variants
          && variants.get(List.of(variant)) instanceof String reference) {
        references.add(reference);
      }
    }
    if (references.size() != 1) {
      throw unknown(
          Untrusted.quote(variant)
              + (references.isEmpty() ? " is not in " : " is there twice, differently, in ")
              + "[zone.kernel-variants] of "
              + file);
    }
    return references.iterator().next();
  }

  private Content current() {
    Optional<BoundedFile.Version> version = BoundedFile.version(file);
    Loaded known = loaded.get();
    if (!known.version().equals(version)) {
      known = load(version);
      loaded.set(known);
    }
    return known.content();
  }

  private Loaded load(Optional<BoundedFile.Version> version) {
    return new Loaded(
        version, version.isEmpty() ? new Content.Unusable("there is no file " + file) : content());
  }

  /** The parser never throws: it returns what it understood, beside the errors. */
  private Content content() {
    try {
      String text = new String(BoundedFile.read(file), StandardCharsets.UTF_8);
      TomlParseResult parsed = Toml.parse(text);
      return parsed.hasErrors()
          ? new Content.Unusable(
              file + " is not TOML: " + Untrusted.quote(parsed.errors().getFirst().toString()))
          : new Content.Parsed(parsed);
    } catch (IOException e) {
      return new Content.Unusable(
          file + " cannot be read: " + Untrusted.quote(String.valueOf(e.getMessage())));
    }
  }

  private static ProblemException unknown(String detail) {
    return new ProblemException(Reason.UNKNOWN_VARIANT, detail);
  }
}
