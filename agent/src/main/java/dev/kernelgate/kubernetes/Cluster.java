// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import dev.kernelgate.verdict.Untrusted;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/** A connection to the API server, for one node. Nothing is sent yet; safe for any thread. */
public final class Cluster implements AutoCloseable {

  private static final Pattern NODE_NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration REQUEST = Duration.ofSeconds(10);

  private final String node;
  private final KubernetesClient client;
  private final PodTraffic traffic;

  private Cluster(String node, KubernetesClient client, PodTraffic traffic) {
    this.node = node;
    this.client = client;
    this.traffic = traffic;
  }

  /**
   * A connection.
   *
   * @param node the name of the node that this agent runs on
   * @throws IOException if the name or the credentials cannot be used; the message is a sentence
   */
  public static Cluster of(String node, ClusterAccess access) throws IOException {
    if (!NODE_NAME.matcher(node).matches()) {
      throw new IOException("No node can have the name " + Untrusted.quote(node) + ".");
    }
    Config config =
        switch (access) {
          case ClusterAccess.ServiceAccount account -> serviceAccount(account);
          case ClusterAccess.Kubeconfig(Path file) -> kubeconfig(file);
        };
    // One retry rides out a closed connection; whatever lasts longer has its own pace here.
    config.setRequestRetryBackoffLimit(1);
    config.setConnectionTimeout((int) CONNECT.toMillis());
    config.setRequestTimeout((int) REQUEST.toMillis());
    // A WebSocket gains nothing, and proxies between node and API server break them more often.
    config.setOnlyHttpWatches(true);
    config.setUserAgent("kernelgate");
    PodTraffic traffic = new PodTraffic();
    return new Cluster(
        node,
        new KubernetesClientBuilder()
            .withConfig(config)
            .withKubernetesSerialization(ownModels())
            .withHttpClientFactory(new JdkHttpClientFactory())
            .withHttpClientBuilderConsumer(
                http -> http.addOrReplaceInterceptor("pod-traffic", traffic))
            .build(),
        traffic);
  }

  String node() {
    return node;
  }

  /** The node's pods in all namespaces. */
  FilterWatchListDeletable<ApiPod, ApiPodList, Resource<ApiPod>> pods() {
    return client
        .resources(ApiPod.class, ApiPodList.class)
        .inAnyNamespace()
        .withField("spec.nodeName", node);
  }

  /** What passes between the client and the API server about pods. */
  PodTraffic traffic() {
    return traffic;
  }

  /** The node as it is now. Blocks for at most the time that a request may take. */
  Node readNode() throws ApiServerException {
    try {
      return Optional.ofNullable(client.nodes().withName(node).get())
          .orElseThrow(() -> new ApiServerException(404, "there is no node " + node));
    } catch (KubernetesClientException e) {
      throw new ApiServerException(
          "the node cannot be read: " + Untrusted.quote(String.valueOf(e.getMessage())), e);
    }
  }

  ApiWriter writer() {
    return new ApiWriter(exchange(), REQUEST);
  }

  /** For requests that the client's own methods do not make. */
  ApiExchange exchange() {
    return new ApiExchange(client.getHttpClient(), client.getMasterUrl().toString());
  }

  @Override
  public void close() {
    client.close();
  }

  /**
   * The kinds that a watch tells of; left to itself the client would load a class for each kind
   * that it knows.
   */
  private static KubernetesSerialization ownModels() {
    KubernetesSerialization models =
        new KubernetesSerialization(JsonMapper.builderWithJackson2Defaults().build(), false);
    models.registerKubernetesResource("v1", "Pod", ApiPod.class);
    models.registerKubernetesResource("v1", "Status", Status.class);
    return models;
  }

  /** Nothing but what is given: neither variables nor a kubeconfig in somebody's home. */
  private static Config serviceAccount(ClusterAccess.ServiceAccount account) {
    Config config = Config.empty();
    config.setMasterUrl(account.server() + "/");
    Path authority = account.directory().resolve("ca.crt");
    if (Files.exists(authority)) {
      config.setCaCertFile(authority.toString());
    }
    Path token = account.directory().resolve("token");
    config.setOauthTokenProvider(() -> read(token));
    return config;
  }

  private static Config kubeconfig(Path file) throws IOException {
    try {
      return Config.fromKubeconfig(file.toFile());
    } catch (KubernetesClientException | IllegalArgumentException e) {
      throw new IOException("The kubeconfig " + file + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Without a token the API server says 401, which is told like any other failure. */
  private static String read(Path token) {
    try {
      return Files.readString(token).strip();
    } catch (IOException _) {
      return "";
    }
  }
}
