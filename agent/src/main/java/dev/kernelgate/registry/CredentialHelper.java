// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Asks {@code docker-credential-NAME} programs. Each run has {@link #TIME_LIMIT} at most and may
 * print {@link #MAX_OUTPUT_BYTES}; a program that takes longer is killed with its children. What it
 * prints appears in no message. Stateless; blocks the caller.
 */
final class CredentialHelper {

  /** Longest run, when the deadline leaves that much. */
  static final Duration TIME_LIMIT = Duration.ofSeconds(5);

  /** Most that is read from a helper. */
  static final int MAX_OUTPUT_BYTES = 64 * 1024;

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}");
  private static final String NOT_FOUND = "credentials not found";
  private static final String TOKEN_USER = "<token>";

  private final List<Path> directories;

  /**
   * Takes helpers from these directories only.
   *
   * @param directories where the programs are, first match wins
   */
  CredentialHelper(List<Path> directories) {
    this.directories = List.copyOf(directories);
  }

  /**
   * The helper's credential for a server.
   *
   * @return empty when the helper says that it has none
   * @throws ProblemException {@code RegistryUnauthorized} if it cannot be asked or answers
   *     unusably: without it the registry would be asked anonymously and its refusal be misread
   */
  Optional<Credential> get(String name, String serverUrl, Deadline deadline)
      throws ProblemException {
    if (!NAME.matcher(name).matches()) {
      throw problem(name, "has a name that no program has");
    }
    Path program = find(name);
    try {
      Process process =
          new ProcessBuilder(program.toString(), "get")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        return answer(name, process, serverUrl, deadline.atMost(TIME_LIMIT));
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw problem(name, "cannot be run");
    }
  }

  private Path find(String name) throws ProblemException {
    return directories.stream()
        .map(directory -> directory.resolve("docker-credential-" + name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> problem(name, "is not installed"));
  }

  private static Optional<Credential> answer(
      String name, Process process, String serverUrl, Deadline deadline)
      throws ProblemException, IOException {
    CompletableFuture<byte[]> output = new CompletableFuture<>();
    Thread.startVirtualThread(() -> read(process.getInputStream(), output));
    try (OutputStream input = process.getOutputStream()) {
      input.write((serverUrl + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException _) {
      // A helper that needs no input may have closed it; its output decides.
    }
    try {
      byte[] printed = output.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      if (printed.length > MAX_OUTPUT_BYTES) {
        throw problem(name, "prints more than " + MAX_OUTPUT_BYTES + " bytes");
      }
      if (!process.waitFor(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw problem(name, "does not end in time");
      }
      return process.exitValue() == 0 ? parse(name, printed) : refusal(name, printed);
    } catch (TimeoutException _) {
      throw problem(name, "does not answer in time");
    } catch (ExecutionException _) {
      throw problem(name, "cannot be read from");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw problem(name, "was interrupted");
    }
  }

  private static void read(InputStream stream, CompletableFuture<byte[]> output) {
    try (stream) {
      output.complete(stream.readNBytes(MAX_OUTPUT_BYTES + 1));
    } catch (IOException e) {
      output.completeExceptionally(e);
    }
  }

  private static Optional<Credential> parse(String name, byte[] printed) throws ProblemException {
    try {
      JsonObject json = JsonReader.read(printed);
      String user = json.requireText("Username");
      String secret = json.requireText("Secret");
      return Optional.of(
          user.equals(TOKEN_USER)
              ? new Credential.IdentityToken(secret)
              : new Credential.UserPassword(user, secret));
    } catch (MalformedJsonException _) {
      throw problem(name, "does not print a credential");
    }
  }

  private static Optional<Credential> refusal(String name, byte[] printed) throws ProblemException {
    if (new String(printed, StandardCharsets.UTF_8).strip().startsWith(NOT_FOUND)) {
      return Optional.empty();
    }
    throw problem(name, "failed");
  }

  private static ProblemException problem(String name, String what) {
    return new ProblemException(
        Reason.REGISTRY_UNAUTHORIZED, "credential helper " + Untrusted.quote(name) + " " + what);
  }
}
