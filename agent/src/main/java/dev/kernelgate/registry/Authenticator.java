// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Answers a registry's challenge: a pull token for exactly one repository from the token service
 * that the registry names (distribution-spec token authentication), or Basic. A credential is sent
 * to the registry it was configured for and to that registry's token service, over TLS unless the
 * registry itself is configured as plain HTTP. Safe for concurrent use.
 */
final class Authenticator {

  private static final int MAX_TOKEN_REPLY_BYTES = 64 * 1024;
  private static final int MAX_TOKEN_LENGTH = 32 * 1024;
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/:=-]+");
  // The token specification's default where the reply names no lifetime.
  private static final Duration DEFAULT_LIFETIME = Duration.ofSeconds(60);
  private static final Duration LONGEST_LIFETIME = Duration.ofHours(1);
  // Ended early, so that a token does not expire on its way.
  private static final Duration MARGIN = Duration.ofSeconds(5);
  private static final Duration BASIC_LIFETIME = Duration.ofMinutes(5);

  private final Transport transport;
  private final Answers answers;
  private final DockerConfig credentials;
  private final GrantCache grants;

  Authenticator(
      Transport transport, Answers answers, DockerConfig credentials, InstantSource clock) {
    this.transport = transport;
    this.answers = answers;
    this.credentials = credentials;
    this.grants = new GrantCache(clock);
  }

  /** The {@code Authorization} that worked lately for the repository, while it is valid. */
  Optional<String> remembered(Location location) {
    return grants.get(location);
  }

  /** Forgets it: the registry refused it. */
  void forget(Location location) {
    grants.remove(location);
  }

  /**
   * The {@code Authorization} that a 401 asks for.
   *
   * @throws ProblemException {@code RegistryUnauthorized} if there is none to give, {@code
   *     RegistryMisbehaved} if the challenge or the token cannot be used, and what the token
   *     service's own failure means
   */
  String answer(Location location, Reply refused, Deadline deadline) throws ProblemException {
    List<Challenge> challenges =
        ChallengeParser.parse(refused.headers().allValues("WWW-Authenticate"));
    Optional<Challenge> bearer = first(challenges, "bearer");
    if (bearer.isPresent()) {
      return token(location, bearer.get(), deadline);
    }
    if (first(challenges, "basic").isPresent()) {
      return basic(location, deadline);
    }
    throw unauthorized(location, "refuses access and offers neither a token nor Basic");
  }

  private String basic(Location location, Deadline deadline) throws ProblemException {
    if (credential(location, deadline).orElse(null)
        instanceof Credential.UserPassword userPassword) {
      String header = userPassword.basicHeader();
      grants.put(location, header, BASIC_LIFETIME);
      return header;
    }
    throw unauthorized(location, "wants a user and a password, and none is configured");
  }

  private String token(Location location, Challenge challenge, Deadline deadline)
      throws ProblemException {
    URI realm = realm(location, challenge);
    String query = "scope=" + encode(location.pullScope());
    Optional<String> service = challenge.parameter("service");
    if (service.isPresent()) {
      query = "service=" + encode(service.get()) + "&" + query;
    }
    Call call = call(realm, query, credential(location, deadline));
    Reply reply = answers.token(transport.send(location.connection(), call, deadline));
    try {
      JsonObject json = JsonReader.read(reply.body().bytes());
      String token = json.text("token").or(() -> accessToken(json)).orElse("");
      if (token.length() > MAX_TOKEN_LENGTH || !TOKEN.matcher(token).matches()) {
        throw misbehaved(location, "sends no usable token");
      }
      String header = "Bearer " + token;
      grants.put(location, header, lifetime(json).minus(MARGIN));
      return header;
    } catch (MalformedJsonException _) {
      throw misbehaved(location, "sends something else than a token");
    }
  }

  /** A token request: GET, or the OAuth 2 form where only a refresh token is at hand. */
  private static Call call(URI realm, String query, Optional<Credential> credential) {
    String separator = realm.getRawQuery() == null ? "?" : "&";
    Call get =
        Call.get(URI.create(realm + separator + query), "application/json", MAX_TOKEN_REPLY_BYTES);
    if (credential.isEmpty()) {
      return get;
    }
    return switch (credential.get()) {
      case Credential.UserPassword userPassword ->
          get.withAuthorization(Optional.of(userPassword.basicHeader()));
      case Credential.IdentityToken(String refreshToken) ->
          Call.get(realm, "application/json", MAX_TOKEN_REPLY_BYTES)
              .withForm(
                  "grant_type=refresh_token&client_id=kernelgate&"
                      + query
                      + "&refresh_token="
                      + encode(refreshToken));
    };
  }

  private static URI realm(Location location, Challenge challenge) throws ProblemException {
    String text = challenge.parameter("realm").orElse("");
    try {
      URI realm = URI.create(text);
      boolean allowed =
          "https".equals(realm.getScheme())
              || ("http".equals(realm.getScheme()) && location.connection().isPlainHttp());
      if (allowed && Call.isUsable(realm) && realm.getFragment() == null) {
        return realm;
      }
    } catch (IllegalArgumentException _) {
      // Answered below, like every other realm that is not gone to.
    }
    throw misbehaved(
        location, "names " + Untrusted.quote(text) + ", which is not asked for a token");
  }

  private Optional<Credential> credential(Location location, Deadline deadline)
      throws ProblemException {
    return credentials.find(location.host(), location.path(), deadline);
  }

  private static Optional<String> accessToken(JsonObject json) {
    try {
      return json.text("access_token");
    } catch (MalformedJsonException _) {
      return Optional.empty();
    }
  }

  private static Duration lifetime(JsonObject json) throws MalformedJsonException {
    return json.number("expires_in")
        .map(seconds -> Math.clamp(seconds, 0, LONGEST_LIFETIME.toSeconds()))
        .map(Duration::ofSeconds)
        .orElse(DEFAULT_LIFETIME);
  }

  private static Optional<Challenge> first(List<Challenge> challenges, String scheme) {
    return challenges.stream().filter(challenge -> challenge.scheme().equals(scheme)).findFirst();
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private static ProblemException unauthorized(Location location, String what) {
    return new ProblemException(Reason.REGISTRY_UNAUTHORIZED, location.name() + " " + what);
  }

  private static ProblemException misbehaved(Location location, String what) {
    return new ProblemException(Reason.REGISTRY_MISBEHAVED, location.name() + " " + what);
  }
}
