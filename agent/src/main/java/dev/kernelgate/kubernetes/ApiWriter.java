// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import dev.kernelgate.json.JsonText;
import dev.kernelgate.verdict.Untrusted;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * The requests that change something: one PATCH or POST each, without reading the object first as
 * the client's own methods do, so that the right to read it is not needed. Blocks its caller for at
 * most the limit. Safe for any thread.
 */
final class ApiWriter {

  private static final int MAX_ERROR_BYTES = 1024;
  private static final String STRATEGIC_MERGE = "application/strategic-merge-patch+json";

  private final ApiExchange api;
  private final Duration limit;

  ApiWriter(ApiExchange api, Duration limit) {
    this.api = api;
    this.limit = limit;
  }

  /**
   * Merges conditions into a node's status. In a strategic merge, conditions are told apart by type
   * and those not named stay, so this never conflicts with kubelet.
   */
  void patchNodeStatus(String node, Map<String, ?> patch)
      throws ApiServerException, InterruptedException {
    send("PATCH", "/api/v1/nodes/" + node + "/status", STRATEGIC_MERGE, JsonText.of(patch));
  }

  /** Changes a node by a JSON patch (RFC 6902), all of it or nothing. */
  void patchNode(String node, List<Map<String, Object>> patch)
      throws ApiServerException, InterruptedException {
    send("PATCH", "/api/v1/nodes/" + node, "application/json-patch+json", JsonText.ofList(patch));
  }

  /** Creates an event of events.k8s.io/v1. */
  void createEvent(String namespace, Map<String, ?> event)
      throws ApiServerException, InterruptedException {
    send("POST", events(namespace), "application/json", JsonText.of(event));
  }

  /** Merges members into an event that was created before. */
  void patchEvent(String namespace, String name, Map<String, ?> patch)
      throws ApiServerException, InterruptedException {
    send("PATCH", events(namespace) + "/" + name, STRATEGIC_MERGE, JsonText.of(patch));
  }

  private static String events(String namespace) {
    return "/apis/events.k8s.io/v1/namespaces/" + namespace + "/events";
  }

  private void send(String method, String path, String type, String body)
      throws ApiServerException, InterruptedException {
    try {
      refuseFailure(method + " " + path, api.send(api.to(path).method(method, type, body), limit));
    } catch (ExecutionException | IOException | KubernetesClientException e) {
      throw new ApiServerException(
          method + " " + path + " failed: " + Untrusted.quote(e.toString()), e);
    } catch (TimeoutException e) {
      throw new ApiServerException(method + " " + path + " was not answered in time", e);
    }
  }

  private static void refuseFailure(String asked, HttpResponse<InputStream> response)
      throws ApiServerException, IOException {
    try (InputStream in = response.body()) {
      if (!response.isSuccessful()) {
        throw new ApiServerException(
            response.code(),
            "%s was answered with %d: %s"
                .formatted(asked, response.code(), Untrusted.quote(beginning(in))));
      }
    }
  }

  private static String beginning(InputStream in) throws IOException {
    return new String(in.readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8);
  }
}
