// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.oci.Keychain;
import dev.kernelgate.oci.PullSecret;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a docker {@code config.json} says about registries. Immutable.
 *
 * @param entries credentials and helpers with what they are for
 * @param store the helper for every registry that has no entry, absent when there is none
 */
record CredentialEntries(List<Entry> entries, Optional<String> store) {

  private static final String DOCKER_HUB_URL = "https://index.docker.io/v1/";

  /** Where an entry's credential is. */
  sealed interface Origin {}

  /** In the file itself. */
  record Stored(Credential credential) implements Origin {}

  /** With a credential helper of this name. */
  record FromHelper(String name) implements Origin {}

  /**
   * One entry.
   *
   * @param serverUrl the key as written, which is what a helper is asked for
   */
  record Entry(CredentialScope scope, String serverUrl, Origin origin) {}

  CredentialEntries {
    entries =
        entries.stream()
            .sorted(Comparator.comparing(Entry::scope, CredentialScope.MOST_SPECIFIC_FIRST))
            .toList();
  }

  static CredentialEntries none() {
    return new CredentialEntries(List.of(), Optional.empty());
  }

  /**
   * Reads the file.
   *
   * @throws ProblemException {@code RegistryUnauthorized} if it is not of that form; the detail
   *     quotes nothing of it
   */
  static CredentialEntries parse(byte[] config) throws ProblemException {
    try {
      JsonObject json = JsonReader.read(config);
      List<Entry> entries = new ArrayList<>();
      // Helpers first: where a helper and a stored credential have the same scope, docker asks the
      // helper, and the sort is stable.
      for (Map.Entry<String, String> named : json.texts("credHelpers").entrySet()) {
        add(entries, named.getKey(), new FromHelper(named.getValue()));
      }
      Optional<JsonObject> auths = json.object("auths");
      if (auths.isPresent()) {
        for (String key : auths.get().names()) {
          Optional<Credential> credential = credential(auths.get().requireObject(key));
          credential.ifPresent(value -> add(entries, key, new Stored(value)));
        }
      }
      return new CredentialEntries(
          entries, json.text("credsStore").filter(name -> !name.isEmpty()));
    } catch (MalformedJsonException _) {
      throw new ProblemException(
          Reason.REGISTRY_UNAUTHORIZED, "the docker config does not have the form of one");
    }
  }

  /**
   * What a pod's pull secrets say: logins and nothing else, so that no pod has the agent run a
   * helper. Of equally specific ones the first secret's counts. What does not have the form of a
   * login is none.
   */
  static CredentialEntries of(Keychain keychain) {
    List<Entry> entries = new ArrayList<>();
    for (PullSecret secret : keychain.secrets()) {
      for (String key : secret.auths().names()) {
        login(secret.auths(), key).ifPresent(login -> add(entries, key, new Stored(login)));
      }
    }
    return new CredentialEntries(entries, Optional.empty());
  }

  /** The most specific entry that covers the repository. */
  Optional<Entry> match(String registry, String repository) {
    return entries.stream().filter(entry -> entry.scope().covers(registry, repository)).findFirst();
  }

  /** How helpers know a registry. */
  static String serverUrlOf(String registry) {
    return registry.equals(CredentialScope.DOCKER_HUB) ? DOCKER_HUB_URL : registry;
  }

  private static Optional<Credential> login(JsonObject auths, String key) {
    try {
      return credential(auths.requireObject(key));
    } catch (MalformedJsonException _) {
      return Optional.empty();
    }
  }

  private static void add(List<Entry> entries, String key, Origin origin) {
    CredentialScope.parse(key).ifPresent(scope -> entries.add(new Entry(scope, key, origin)));
  }

  /** Empty for an entry that only marks that a login took place; its secret is in the store. */
  private static Optional<Credential> credential(JsonObject entry) throws MalformedJsonException {
    Optional<String> identityToken = entry.text("identitytoken").filter(text -> !text.isEmpty());
    if (identityToken.isPresent()) {
      return identityToken.map(Credential.IdentityToken::new);
    }
    Optional<String> user = entry.text("username").filter(text -> !text.isEmpty());
    if (user.isPresent()) {
      return Optional.of(
          new Credential.UserPassword(user.get(), entry.text("password").orElse("")));
    }
    return entry
        .text("auth")
        .filter(text -> !text.isEmpty())
        .flatMap(CredentialEntries::userPassword);
  }

  /** Both halves in base64, as {@code docker login} writes them; empty when they are not. */
  private static Optional<Credential> userPassword(String auth) {
    try {
      String pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon <= 0
          ? Optional.empty()
          : Optional.of(
              new Credential.UserPassword(pair.substring(0, colon), pair.substring(colon + 1)));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** Counts only: entries hold secrets. */
  @Override
  public String toString() {
    return "CredentialEntries[" + entries.size() + "]";
  }
}
