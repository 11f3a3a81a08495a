// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kernel;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The name of a kernel image, in full: short names are expanded when they are parsed, and a
 * reference without tag and digest means {@code latest}.
 *
 * @param registry host and optional port, lower case; Docker Hub is {@code docker.io}
 * @param repository path below the registry, {@code edera-dev/zone-kernel}
 * @param tag the tag, absent when only a digest was given
 * @param digest the digest; where there is one it decides and the tag is a comment
 */
public record KernelReference(
    String registry, String repository, Optional<String> tag, Optional<Digest> digest) {

  /**
   * Longest text that is looked at; the distribution-spec bounds a repository name to 255
   * characters.
   */
  public static final int MAX_LENGTH = 512;

  private static final String DOCKER_HUB = "docker.io";
  private static final Set<String> DOCKER_HUB_HOSTS =
      Set.of(DOCKER_HUB, "index.docker.io", "registry-1.docker.io");
  private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]+");
  private static final Pattern HOST =
      Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?");

  public KernelReference {
    if (tag.isEmpty() && digest.isEmpty()) {
      throw new IllegalArgumentException("a reference needs a tag or a digest");
    }
  }

  /**
   * Parses a reference as container tools write it: {@code [host[:port]/]path[:tag][@sha256:hex]}.
   *
   * <p>jib's grammar does the work. Checked before it, because jib reads these otherwise than the
   * node does: a host with an underscore (jib takes it for a Docker Hub path), and digests other
   * than SHA-256 (jib calls the whole text malformed).
   *
   * @throws InvalidReferenceException if the text is no reference, with what is wrong
   */
  public static KernelReference parse(String text) throws InvalidReferenceException {
    if (text.isEmpty()) {
      throw new InvalidReferenceException("the reference is empty");
    }
    if (text.length() > MAX_LENGTH) {
      throw new InvalidReferenceException(
          "the reference is longer than " + MAX_LENGTH + " characters");
    }
    if (!VISIBLE_ASCII.matcher(text).matches()) {
      throw new InvalidReferenceException(
          "the reference has a space, a control or a non-ASCII character");
    }
    checkHost(text);
    Optional<Digest> digest = digestOf(text);
    try {
      ImageReference parsed = ImageReference.parse(text);
      if (parsed.isScratch()) {
        throw new InvalidReferenceException("'scratch' names no image");
      }
      boolean isDockerHub = DOCKER_HUB_HOSTS.contains(parsed.getRegistry());
      String path = parsed.getRepository();
      return new KernelReference(
          isDockerHub ? DOCKER_HUB : parsed.getRegistry(),
          isDockerHub && path.indexOf('/') < 0 ? "library/" + path : path,
          parsed.getTag(),
          digest);
    } catch (InvalidImageReferenceException e) {
      throw new InvalidReferenceException(
          "it does not have the form host/path:tag or host/path@sha256:digest");
    }
  }

  /** Registry and repository, what policy globs are matched against. */
  public String name() {
    return registry + "/" + repository;
  }

  /** What the registry is asked for: the digest where there is one, else the tag. */
  public String selector() {
    return digest.map(Digest::toString).orElseGet(() -> tag.orElseThrow());
  }

  /**
   * The same image, pinned to the digest; the tag is dropped so that it can no longer be taken for
   * what decides.
   */
  public KernelReference at(Digest pinned) {
    return new KernelReference(registry, repository, Optional.empty(), Optional.of(pinned));
  }

  @Override
  public String toString() {
    return name()
        + tag.map(value -> ":" + value).orElse("")
        + digest.map(value -> "@" + value).orElse("");
  }

  private static void checkHost(String text) throws InvalidReferenceException {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return;
    }
    String first = text.substring(0, slash);
    boolean isHost = first.contains(".") || first.contains(":") || first.equals("localhost");
    if (isHost && !HOST.matcher(first).matches()) {
      throw new InvalidReferenceException(
          "'"
              + first
              + "' is no registry host: use a lower-case name or an IPv4 address, with an optional"
              + " port");
    }
  }

  private static Optional<Digest> digestOf(String text) throws InvalidReferenceException {
    int at = text.indexOf('@');
    if (at < 0) {
      return Optional.empty();
    }
    Optional<Digest> digest = Digest.parse(text.substring(at + 1));
    if (digest.isEmpty()) {
      throw new InvalidReferenceException(
          "the digest after '@' is not 'sha256:' and 64 lower-case hexadecimal digits");
    }
    return digest;
  }
}
