// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How one registry is reached.
 *
 * @param host host and optional port as references name it; Docker Hub is {@code docker.io}, and
 *     {@value #ANY_HOST} stands for every registry without settings of its own
 * @param security TLS, or plain HTTP where an administrator asked for it
 * @param mirrors asked first, in this order, each {@code host[:port][/path-prefix]}; the registry
 *     itself is asked when none has the answer. A mirror is reached with the settings of its own
 *     host
 * @param proxy the proxies between the node and the registry
 * @param userAgent what requests call themselves
 */
public record RegistrySettings(
    String host, Security security, List<String> mirrors, ProxySettings proxy, String userAgent) {

  /** What requests call themselves unless told otherwise. */
  public static final String DEFAULT_USER_AGENT = "kernelgate";

  /** The host of settings that are for every registry without settings of its own. */
  public static final String ANY_HOST = "*";

  private static final Pattern USER_AGENT = Pattern.compile("[!-~]([ -~]{0,198}[!-~])?");
  private static final String SEGMENT = "[a-z0-9]+([._-]+[a-z0-9]+)*";
  private static final Pattern MIRROR_PATH = Pattern.compile(SEGMENT + "(/" + SEGMENT + ")*");
  private static final String DOCKER_HUB = "docker.io";
  private static final String DOCKER_HUB_HOST = "registry-1.docker.io";

  /** How the wire is protected. */
  public sealed interface Security {

    /**
     * TLS, server certificates checked against the JDK's trust store.
     *
     * @param caFile PEM certificates trusted in addition
     * @param client what the agent shows to this registry, and to no other host
     */
    record Tls(Optional<Path> caFile, Optional<ClientCertificate> client) implements Security {}

    /**
     * No protection at all: whoever is on the path reads credentials and chooses the bytes. The
     * verdict stays sound, since signatures do not depend on the wire.
     */
    record PlainHttp() implements Security {}
  }

  /**
   * A certificate chain and its key for mutual TLS.
   *
   * @param chainFile PEM, the agent's own certificate first
   * @param keyFile PEM, unencrypted PKCS #8
   */
  public record ClientCertificate(Path chainFile, Path keyFile) {}

  /**
   * Checks what becomes part of requests.
   *
   * @throws IllegalArgumentException if host, a mirror or the user agent cannot
   */
  public RegistrySettings {
    mirrors = List.copyOf(mirrors);
    if (!host.equals(ANY_HOST)) {
      RegistryHost.require(host);
    }
    mirrors.forEach(RegistrySettings::checkMirror);
    if (!USER_AGENT.matcher(userAgent).matches()) {
      throw new IllegalArgumentException("a user agent is 1 to 200 printable ASCII characters");
    }
  }

  /** TLS with the JDK's trust store, no mirrors, no proxy. */
  public static RegistrySettings defaults(String host) {
    return new RegistrySettings(
        host,
        new Security.Tls(Optional.empty(), Optional.empty()),
        List.of(),
        ProxySettings.none(),
        DEFAULT_USER_AGENT);
  }

  /** Plain HTTP, otherwise the defaults. */
  public static RegistrySettings plainHttp(String host) {
    return defaults(host).with(new Security.PlainHttp());
  }

  /** The same settings for another host, without the mirrors. */
  RegistrySettings forHost(String other) {
    return new RegistrySettings(other, security, List.of(), proxy, userAgent);
  }

  /** The same with other security. */
  public RegistrySettings with(Security other) {
    return new RegistrySettings(host, other, mirrors, proxy, userAgent);
  }

  /** The same with other mirrors. */
  public RegistrySettings withMirrors(List<String> others) {
    return new RegistrySettings(host, security, others, proxy, userAgent);
  }

  /** The same behind other proxies. */
  public RegistrySettings with(ProxySettings other) {
    return new RegistrySettings(host, security, mirrors, other, userAgent);
  }

  private static void checkMirror(String mirror) {
    int slash = mirror.indexOf('/');
    RegistryHost.require(slash < 0 ? mirror : mirror.substring(0, slash));
    if (slash >= 0 && !MIRROR_PATH.matcher(mirror.substring(slash + 1)).matches()) {
      throw new IllegalArgumentException("'" + mirror + "' is not host[:port][/path]");
    }
  }

  /** The scheme of every request to this registry. */
  String scheme() {
    return switch (security) {
      case Security.Tls _ -> "https";
      case Security.PlainHttp _ -> "http";
    };
  }

  /** The host that serves the API; Docker Hub's differs from its name. */
  String wireHost() {
    return host.equals(DOCKER_HUB) ? DOCKER_HUB_HOST : host;
  }
}
