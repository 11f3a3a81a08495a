// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.net.URI;
import java.util.regex.Pattern;

/**
 * A repository at a registry or at one of its mirrors.
 *
 * @param connection the registry that serves it
 * @param path the repository's path there
 */
record Location(Connection connection, String path) {

  private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9._:-]+(?:/[A-Za-z0-9._:-]+)*");

  /**
   * The address of an end point (distribution-spec, "Endpoints").
   *
   * @param kind {@code manifests}, {@code blobs} or {@code referrers}
   * @throws ProblemException {@code InvalidReference} if path or name could change the request's
   *     meaning; references that were parsed never do
   */
  URI endpoint(String kind, String name) throws ProblemException {
    String resource = path + "/" + kind + "/" + name;
    RegistrySettings settings = connection.settings();
    if (!SAFE.matcher(resource).matches() || resource.contains("..")) {
      throw new ProblemException(
          Reason.INVALID_REFERENCE, Untrusted.quote(resource) + " cannot be asked for");
    }
    return URI.create(settings.scheme() + "://" + settings.wireHost() + "/v2/" + resource);
  }

  /** The right to read this repository and nothing else (distribution token scope). */
  String pullScope() {
    return "repository:" + path + ":pull";
  }

  /** Registry and repository, for messages. */
  String name() {
    return host() + "/" + path;
  }

  /** The registry as references name it. */
  String host() {
    return connection.settings().host();
  }
}
