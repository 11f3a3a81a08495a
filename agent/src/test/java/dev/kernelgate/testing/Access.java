// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Whom a {@link TestRegistry} lets in. */
public sealed interface Access {

  /** Everybody. */
  record Open() implements Access {}

  /** Who shows this user and password with every request. */
  record Basic(String user, String password) implements Access {}

  /**
   * Who shows a token of the registry's own token service at {@code /token}.
   *
   * @param login the user and password that the token service wants; without it, it gives tokens to
   *     anybody
   * @param refreshToken a refresh token that it takes instead
   * @param realm another token service to name, empty for its own
   * @param lifetimeSeconds what tokens say about their lifetime
   */
  record Bearer(
      Optional<Basic> login, Optional<String> refreshToken, String realm, int lifetimeSeconds)
      implements Access {}

  /** Tokens for anybody, as public registries hand them out. */
  static Bearer anonymousTokens() {
    return new Bearer(Optional.empty(), Optional.empty(), "", 300);
  }

  /** Tokens for one user. */
  static Bearer tokensFor(String user, String password) {
    return new Bearer(Optional.of(new Basic(user, password)), Optional.empty(), "", 300);
  }

  /** The header that shows a user and a password. */
  static String basicHeader(Basic login) {
    String pair = login.user() + ":" + login.password();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }
}
