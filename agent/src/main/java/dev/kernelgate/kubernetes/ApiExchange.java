// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One request to the API server and the beginning of its answer. Blocks its caller for at most the
 * limit. Safe for any thread.
 *
 * @param server the API server's address, without a slash at the end
 */
record ApiExchange(HttpClient http, String server) {

  ApiExchange {
    server = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
  }

  /** A request for a path of the server. */
  HttpRequest.Builder to(String path) {
    return http.newHttpRequestBuilder().uri(server + path);
  }

  /** Sends it; the caller closes the answer's body. */
  HttpResponse<InputStream> send(HttpRequest.Builder request, Duration limit)
      throws ExecutionException, TimeoutException, InterruptedException {
    CompletableFuture<HttpResponse<InputStream>> answer =
        http.sendAsync(
            request.timeout(limit.toMillis(), TimeUnit.MILLISECONDS).build(), InputStream.class);
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw e;
    }
  }
}
