// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The end points of a well-behaved registry that can be read from. */
final class RegistryRoutes {

  private static final Pattern RESOURCE =
      Pattern.compile("/v2/(.+)/(manifests|blobs|referrers)/([^/]+)");

  private final RegistryContent content;
  private final Map<String, String> scopeOfToken = new ConcurrentHashMap<>();
  private final AtomicInteger tokens = new AtomicInteger();
  private volatile Access access = new Access.Open();
  private volatile int pageSize = Integer.MAX_VALUE;

  RegistryRoutes(RegistryContent content) {
    this.content = content;
  }

  void allow(Access newAccess) {
    access = newAccess;
    scopeOfToken.clear();
  }

  void pageReferrersBy(int entries) {
    pageSize = entries;
  }

  void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/token") && access instanceof Access.Bearer bearer) {
      giveToken(exchange, bearer);
      return;
    }
    if (path.equals("/v2/") && access instanceof Access.Open) {
      send(exchange, 200, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
      return;
    }
    Matcher resource = RESOURCE.matcher(path);
    if (!resource.matches()) {
      error(exchange, 404, "NOT_FOUND");
    } else if (!isAllowed(exchange, resource.group(1))) {
      challenge(exchange, resource.group(1));
    } else {
      String name = resource.group(3);
      switch (resource.group(2)) {
        case "manifests" -> manifest(exchange, resource.group(1), name);
        case "blobs" -> blob(exchange, name);
        default -> referrers(exchange, resource.group(1), name);
      }
    }
  }

  private void manifest(HttpExchange exchange, String repository, String selector)
      throws IOException {
    Optional<RegistryContent.Served> served = content.manifest(repository, selector);
    if (served.isEmpty()) {
      error(exchange, 404, "MANIFEST_UNKNOWN");
      return;
    }
    exchange.getResponseHeaders().set("Docker-Content-Digest", served.get().digest());
    send(exchange, 200, served.get().mediaType(), served.get().bytes());
  }

  private void blob(HttpExchange exchange, String digest) throws IOException {
    Optional<byte[]> bytes = content.blob(digest);
    if (bytes.isEmpty()) {
      error(exchange, 404, "BLOB_UNKNOWN");
      return;
    }
    send(exchange, 200, "application/octet-stream", bytes.get());
  }

  private void referrers(HttpExchange exchange, String repository, String subject)
      throws IOException {
    Optional<List<Map<String, Object>>> all = content.referrers(repository, subject);
    if (all.isEmpty()) {
      // What docker-registry 2.8 answers.
      send(exchange, 404, "text/plain", "404 page not found\n".getBytes(StandardCharsets.UTF_8));
      return;
    }
    int from = Integer.parseInt(query(exchange).getOrDefault("from", "0"));
    int to = (int) Math.min((long) from + pageSize, all.get().size());
    if (to < all.get().size()) {
      exchange
          .getResponseHeaders()
          .set(
              "Link", "<" + exchange.getRequestURI().getPath() + "?from=" + to + ">; rel=\"next\"");
    }
    send(exchange, 200, TestRegistry.INDEX, RegistryContent.index(all.get().subList(from, to)));
  }

  private boolean isAllowed(HttpExchange exchange, String repository) {
    String shown =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("");
    return switch (access) {
      case Access.Open _ -> true;
      case Access.Basic login -> shown.equals(Access.basicHeader(login));
      case Access.Bearer _ ->
          shown.startsWith("Bearer ")
              && ("repository:" + repository + ":pull")
                  .equals(scopeOfToken.get(shown.substring("Bearer ".length())));
    };
  }

  private void challenge(HttpExchange exchange, String repository) throws IOException {
    String challenge =
        switch (access) {
          case Access.Bearer bearer ->
              "Bearer scope=\"repository:"
                  + repository
                  + ":pull\",realm=\""
                  + realm(exchange, bearer)
                  + "\",service=\"test registry\"";
          case Access.Basic _, Access.Open _ -> "Basic realm=\"test registry\"";
        };
    exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
    error(exchange, 401, "UNAUTHORIZED");
  }

  private static String realm(HttpExchange exchange, Access.Bearer bearer) {
    String scheme = exchange instanceof HttpsExchange ? "https://" : "http://";
    return bearer.realm().isEmpty()
        ? scheme + exchange.getRequestHeaders().getFirst("Host") + "/token"
        : bearer.realm();
  }

  private void giveToken(HttpExchange exchange, Access.Bearer bearer) throws IOException {
    Map<String, String> asked = query(exchange);
    String shown =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("");
    boolean known = bearer.login().map(Access::basicHeader).orElse(shown).equals(shown);
    if (exchange.getRequestMethod().equals("POST")) {
      asked = parse(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      known =
          asked.getOrDefault("grant_type", "").equals("refresh_token")
              && Optional.ofNullable(asked.get("refresh_token")).equals(bearer.refreshToken());
    }
    if (!known) {
      error(exchange, 401, "UNAUTHORIZED");
      return;
    }
    String token = "token-" + tokens.incrementAndGet();
    scopeOfToken.put(token, asked.getOrDefault("scope", ""));
    String json = "{\"token\":\"" + token + "\",\"expires_in\":" + bearer.lifetimeSeconds() + "}";
    send(exchange, 200, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  private static void error(HttpExchange exchange, int status, String code) throws IOException {
    String json = "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"no\"}]}";
    send(exchange, status, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String mediaType, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", mediaType);
    if (exchange.getRequestMethod().equals("HEAD") || body.length == 0) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private static Map<String, String> query(HttpExchange exchange) {
    return Optional.ofNullable(exchange.getRequestURI().getRawQuery())
        .map(RegistryRoutes::parse)
        .orElse(Map.of());
  }

  private static Map<String, String> parse(String encoded) {
    return Arrays.stream(encoded.split("&"))
        .map(pair -> pair.split("=", 2))
        .filter(pair -> pair.length == 2)
        .collect(
            Collectors.toMap(
                pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
  }
}
