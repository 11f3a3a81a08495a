// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import com.google.gson.Gson;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A cluster's secrets, each served as the API server serves one. Safe for any thread. */
public final class FakeSecrets {

  /** The type of secrets with a docker {@code config.json}. */
  public static final String CONFIG_JSON = "kubernetes.io/dockerconfigjson";

  /** The type of secrets with the older {@code .dockercfg}. */
  public static final String CFG = "kubernetes.io/dockercfg";

  private static final Map<String, String> MEMBERS =
      Map.of(CONFIG_JSON, ".dockerconfigjson", CFG, ".dockercfg");

  private final Map<String, String> objects = new ConcurrentHashMap<>();

  FakeSecrets() {}

  /** Creates or replaces a secret whose one member has this text. */
  public void put(String namespace, String name, String type, String text) {
    String data = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    putRaw(
        namespace,
        name,
        new Gson()
            .toJson(
                Map.of(
                    "kind",
                    "Secret",
                    "apiVersion",
                    "v1",
                    "metadata",
                    Map.of(
                        "name",
                        name,
                        "namespace",
                        namespace,
                        "managedFields",
                        List.of(Map.of("manager", "kubectl", "operation", "Update"))),
                    "type",
                    type,
                    "data",
                    Map.of(MEMBERS.getOrDefault(type, "text"), data))));
  }

  /** Creates or replaces a secret that is served as this very text. */
  public void putRaw(String namespace, String name, String json) {
    objects.put(namespace + "/" + name, json);
  }

  public void delete(String namespace, String name) {
    objects.remove(namespace + "/" + name);
  }

  /** A docker {@code config.json} with one login. */
  public static String config(String scope, String user, String password) {
    return "{\"auths\":" + cfg(scope, user, password) + "}";
  }

  /** A {@code .dockercfg} with one login. */
  public static String cfg(String scope, String user, String password) {
    String auth =
        Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    return "{\"%s\":{\"auth\":\"%s\"}}".formatted(scope, auth);
  }

  String get(FakeApiRequest request) throws FakeRefusal {
    return Optional.ofNullable(objects.get(request.namespace() + "/" + request.name()))
        .orElseThrow(() -> new FakeRefusal(404, "no such secret"));
  }
}
