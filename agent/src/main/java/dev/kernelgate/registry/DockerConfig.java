// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Credentials from a docker {@code config.json}, chosen as kubelet chooses them: of the entries
 * that cover a repository the one with the longest path wins, and an entry for {@code reg/team-a}
 * says nothing about {@code reg/team-b}. The file is read again whenever it changes. Safe for
 * concurrent use; asking may run a credential helper and block for its time limit.
 */
public final class DockerConfig {

  /** Largest file. */
  static final int MAX_FILE_BYTES = 1024 * 1024;

  private final Optional<Path> file;
  private final CredentialHelper helper;
  private final CredentialEntries first;
  private final AtomicReference<Loaded> loaded;

  private record Version(FileTime modified, long size, String fileKey) {}

  private record Loaded(Optional<Version> version, CredentialEntries entries) {}

  private DockerConfig(Optional<Path> file, CredentialHelper helper) {
    this(
        file,
        helper,
        CredentialEntries.none(),
        new AtomicReference<>(new Loaded(Optional.empty(), CredentialEntries.none())));
  }

  private DockerConfig(
      Optional<Path> file,
      CredentialHelper helper,
      CredentialEntries first,
      AtomicReference<Loaded> loaded) {
    this.file = file;
    this.helper = helper;
    this.first = first;
    this.loaded = loaded;
  }

  /**
   * Credentials from a file, which need not exist yet.
   *
   * @param file a docker {@code config.json}, at most 1 MiB
   * @param helperDirectories where {@code docker-credential-*} programs are looked for
   */
  public static DockerConfig at(Path file, List<Path> helperDirectories) {
    return new DockerConfig(Optional.of(file), new CredentialHelper(helperDirectories));
  }

  /** No credentials for any registry. */
  public static DockerConfig none() {
    return new DockerConfig(Optional.empty(), new CredentialHelper(List.of()));
  }

  /** The same credentials for what these do not cover. */
  DockerConfig behind(CredentialEntries logins) {
    return new DockerConfig(file, helper, logins, loaded);
  }

  /**
   * The credential for a repository.
   *
   * @param registry host and optional port, Docker Hub as {@code docker.io}
   * @return empty when the file has none
   * @throws ProblemException {@code RegistryUnauthorized} if the file or a helper is unusable
   */
  Optional<Credential> find(String registry, String repository, Deadline deadline)
      throws ProblemException {
    Optional<CredentialEntries.Entry> login = first.match(registry, repository);
    if (login.isPresent()) {
      return credential(login.get(), deadline);
    }
    if (file.isEmpty()) {
      return Optional.empty();
    }
    CredentialEntries entries = current(file.get());
    Optional<CredentialEntries.Entry> match = entries.match(registry, repository);
    if (match.isPresent()) {
      return credential(match.get(), deadline);
    }
    return entries.store().isEmpty()
        ? Optional.empty()
        : helper.get(entries.store().get(), CredentialEntries.serverUrlOf(registry), deadline);
  }

  private Optional<Credential> credential(CredentialEntries.Entry entry, Deadline deadline)
      throws ProblemException {
    return switch (entry.origin()) {
      case CredentialEntries.Stored(Credential credential) -> Optional.of(credential);
      case CredentialEntries.FromHelper(String name) ->
          helper.get(name, entry.serverUrl(), deadline);
    };
  }

  private CredentialEntries current(Path path) throws ProblemException {
    try {
      Version version = versionOf(path);
      Loaded known = loaded.get();
      if (known.version().equals(Optional.of(version))) {
        return known.entries();
      }
      CredentialEntries entries = CredentialEntries.parse(read(path));
      loaded.set(new Loaded(Optional.of(version), entries));
      return entries;
    } catch (NoSuchFileException _) {
      return CredentialEntries.none();
    } catch (IOException e) {
      throw new ProblemException(
          Reason.REGISTRY_UNAUTHORIZED,
          "the docker config " + Untrusted.quote(path.toString()) + " cannot be read",
          e);
    }
  }

  private static Version versionOf(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return new Version(
        attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
  }

  private static byte[] read(Path path) throws IOException {
    try (InputStream stream = Files.newInputStream(path)) {
      byte[] bytes = stream.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw new IOException("larger than " + MAX_FILE_BYTES + " bytes");
      }
      return bytes;
    }
  }
}
