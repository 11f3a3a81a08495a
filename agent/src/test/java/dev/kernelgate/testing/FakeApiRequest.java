// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request as an API server understands it: who is allowed it is asked by verb and resource.
 *
 * @param verb as rights name it
 * @param resource plural, with its subresource and its group
 * @param namespace empty for what has none
 * @param name empty for a whole collection
 */
record FakeApiRequest(
    String verb,
    String resource,
    String namespace,
    String name,
    Map<String, String> query,
    String contentType,
    String body) {

  private static final Pattern PATH =
      Pattern.compile(
          "/(?:api/v1|apis/(?<group>[^/]+)/v1)(?:/namespaces/(?<namespace>[^/]+))?"
              + "/(?<resource>[a-z]+)(?:/(?<name>[^/]+)(?:/(?<sub>[a-z]+))?)?");

  /** Reads a request; empty when nothing has such a path. */
  static Optional<FakeApiRequest> of(HttpExchange exchange) throws IOException {
    Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
    if (!path.matches()) {
      return Optional.empty();
    }
    Map<String, String> query = query(exchange);
    String sub = path.group("sub") == null ? "" : "/" + path.group("sub");
    String group = path.group("group") == null ? "" : "." + path.group("group");
    return Optional.of(
        new FakeApiRequest(
            verb(exchange.getRequestMethod(), text(path.group("name")), query),
            path.group("resource") + sub + group,
            text(path.group("namespace")),
            text(path.group("name")),
            query,
            text(exchange.getRequestHeaders().getFirst("Content-Type")),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
  }

  /** What rights call it. */
  String right() {
    return verb + " " + resource;
  }

  JsonObject object() throws FakeRefusal {
    JsonElement element = JsonParser.parseString(body);
    if (!element.isJsonObject()) {
      throw new FakeRefusal(400, "not an object");
    }
    return element.getAsJsonObject();
  }

  private static String verb(String method, String name, Map<String, String> query) {
    return switch (method) {
      case "GET" -> {
        String many = query.getOrDefault("watch", "false").equals("true") ? "watch" : "list";
        yield name.isEmpty() ? many : "get";
      }
      case "POST" -> "create";
      case "PUT" -> "update";
      default -> method.toLowerCase(Locale.ROOT);
    };
  }

  private static Map<String, String> query(HttpExchange exchange) {
    String query = text(exchange.getRequestURI().getQuery());
    return Arrays.stream(query.split("&", -1))
        .filter(pair -> pair.contains("="))
        .collect(
            Collectors.toMap(
                pair -> pair.substring(0, pair.indexOf('=')),
                pair -> pair.substring(pair.indexOf('=') + 1),
                (_, last) -> last));
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
