// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** How the API server is reached, and as whom. */
public sealed interface ClusterAccess {

  /**
   * A kubeconfig file with one current context. Its certificates are read when the agent starts.
   */
  record Kubeconfig(Path file) implements ClusterAccess {}

  /**
   * A pod's service account.
   *
   * @param server the API server
   * @param directory has {@code token}, read for every request since kubelet rotates it, and {@code
   *     ca.crt}
   */
  record ServiceAccount(URI server, Path directory) implements ClusterAccess {

    private static final Path MOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    /**
     * The service account of the pod that this process runs in.
     *
     * @return empty where the environment does not say where the API server is
     */
    public static Optional<ClusterAccess> of(Map<String, String> environment) {
      Optional<String> host = variable(environment, "KUBERNETES_SERVICE_HOST");
      Optional<String> port = variable(environment, "KUBERNETES_SERVICE_PORT");
      return host.flatMap(name -> port.map(number -> server(name, number)))
          .map(server -> new ServiceAccount(server, MOUNT));
    }

    private static URI server(String host, String port) {
      String literal = host.contains(":") ? "[" + host + "]" : host;
      return URI.create("https://" + literal + ":" + port);
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
      return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }
  }
}
