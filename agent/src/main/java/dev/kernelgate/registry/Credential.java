// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What a docker config or a credential helper gives for a registry. Never prints itself. */
sealed interface Credential {

  /** A name and a password, or a token in a password's place. */
  record UserPassword(String user, String password) implements Credential {

    /** The value of an {@code Authorization} header (RFC 7617). */
    String basicHeader() {
      byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    @Override
    public String toString() {
      return "UserPassword[hidden]";
    }
  }

  /** A refresh token for the registry's token service, as {@code docker login} leaves it. */
  record IdentityToken(String token) implements Credential {
    @Override
    public String toString() {
      return "IdentityToken[hidden]";
    }
  }
}
