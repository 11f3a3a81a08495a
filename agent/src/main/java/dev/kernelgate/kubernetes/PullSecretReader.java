// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.PullSecret;
import dev.kernelgate.verdict.Untrusted;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Reads one secret by its name: a GET, for which the right to get secrets is enough. Nothing that
 * arrives is ever quoted, the text of refusals included. Blocks its caller. Safe for any thread.
 */
final class PullSecretReader {

  /** Largest answer: a secret has metadata, which may repeat all of its data. */
  static final int MAX_ANSWER_BYTES = 512 * 1024;

  /** Largest docker config. */
  static final int MAX_CONFIG_BYTES = 64 * 1024;

  /** Most values in one. */
  private static final int MAX_CONFIG_VALUES = 4096;

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

  /** Which member of a secret has the docker config, by the secret's type. */
  private static final Map<String, String> MEMBER_OF_TYPE =
      Map.of(
          "kubernetes.io/dockerconfigjson", ".dockerconfigjson",
          "kubernetes.io/dockercfg", ".dockercfg");

  private final ApiExchange api;

  PullSecretReader(ApiExchange api) {
    this.api = api;
  }

  PullSecretReading read(String namespace, String name, Duration limit)
      throws InterruptedException {
    String shown = "pull secret " + namespace + "/" + name;
    if (!NAME.matcher(namespace).matches() || !NAME.matcher(name).matches()) {
      return new PullSecretReading.Unusable(
          "no pull secret can be called " + Untrusted.quote(namespace + "/" + name));
    }
    String path = "/api/v1/namespaces/" + namespace + "/secrets/" + name;
    try {
      HttpResponse<InputStream> response =
          api.send(api.to(path).header("Accept", "application/json"), limit);
      try (InputStream body = response.body()) {
        return switch (response.code()) {
          case 200 -> secret(namespace + "/" + name, body.readNBytes(MAX_ANSWER_BYTES + 1));
          case 403 -> new PullSecretReading.Unusable(shown + " may not be read by the agent");
          case 404 -> new PullSecretReading.Unusable(shown + " does not exist");
          default ->
              new PullSecretReading.Unanswered(
                  shown + " is not told, the API server answers with " + response.code());
        };
      }
    } catch (ExecutionException | TimeoutException | IOException | KubernetesClientException _) {
      return new PullSecretReading.Unanswered(shown + " is not told, the API server is away");
    }
  }

  private static PullSecretReading secret(String name, byte[] answer) {
    if (answer.length > MAX_ANSWER_BYTES) {
      return unusable(name, "is larger than " + MAX_ANSWER_BYTES + " bytes");
    }
    try {
      JsonObject secret = JsonReader.read(answer);
      String type = secret.text("type").orElse("");
      Optional<String> member = Optional.ofNullable(MEMBER_OF_TYPE.get(type));
      if (member.isEmpty()) {
        return unusable(name, "is of type " + Untrusted.quote(type));
      }
      byte[] config =
          Base64.getDecoder().decode(secret.requireObject("data").requireText(member.get()));
      if (config.length > MAX_CONFIG_BYTES) {
        return unusable(name, "is larger than " + MAX_CONFIG_BYTES + " bytes");
      }
      JsonObject parsed = JsonReader.read(config, MAX_CONFIG_VALUES);
      // The older type is what the newer one calls auths, and nothing around it.
      JsonObject auths = member.get().equals(".dockercfg") ? parsed : parsed.requireObject("auths");
      return new PullSecretReading.Usable(new PullSecret(name, auths), Digest.of(config));
    } catch (MalformedJsonException | IllegalArgumentException _) {
      return unusable(name, "has no docker config in it");
    }
  }

  private static PullSecretReading unusable(String name, String why) {
    return new PullSecretReading.Unusable("pull secret " + name + " " + why);
  }
}
