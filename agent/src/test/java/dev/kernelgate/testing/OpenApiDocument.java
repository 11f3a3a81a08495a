// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.kernelgate.testing.UnixHttpClient.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * An OpenAPI 3.1 document and answers compared with it. Stricter than a client may be: whatever an
 * answer says has to be documented. Of JSON Schema it knows what our document uses.
 */
public final class OpenApiDocument {

  private static final Pattern PARAMETER = Pattern.compile("\\{\\w+}");

  private final Map<String, Object> root;

  private OpenApiDocument(Map<String, Object> root) {
    this.root = root;
  }

  /** Reads a document. */
  public static OpenApiDocument load(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new OpenApiDocument(
          object(new Load(LoadSettings.builder().build()).loadFromInputStream(in)));
    }
  }

  /** Every method and path, as {@code GET /v1/status}. */
  public Set<String> operations() {
    Set<String> operations = new TreeSet<>();
    object(root.get("paths"))
        .forEach(
            (path, item) ->
                object(item)
                    .keySet()
                    .forEach(
                        method -> operations.add(method.toUpperCase(Locale.ROOT) + " " + path)));
    return operations;
  }

  /** The words that a schema of this name allows. */
  public List<String> words(String schema) {
    return list(at("components", "schemas", schema).get("enum")).stream()
        .map(String::valueOf)
        .toList();
  }

  /** Holds an answer against the document; the operation that it belongs to. */
  public String requireDocumented(String method, String target, Response response) {
    String path = template(target.replaceAll("\\?.*", ""));
    String operation = method + " " + path;
    Map<String, Object> responses =
        at(resolved(at("paths", path).get(method.toLowerCase(Locale.ROOT))), "responses");
    String status = String.valueOf(response.status());
    assertThat(responses).as(operation).containsKey(status);
    Map<String, Object> documented = resolved(responses.get(status));
    String place = operation + " " + status;
    requireHeaders(place, documented, response);
    requireBody(place, documented, response);
    return operation;
  }

  private void requireHeaders(String place, Map<String, Object> documented, Response response) {
    Map<String, Object> headers = at(documented, "headers");
    headers.forEach(
        (name, header) -> {
          Map<String, Object> definition = resolved(header);
          String value = response.headers().get(name.toLowerCase(Locale.ROOT));
          if (value != null) {
            schema().require(place + " header " + name, definition.get("schema"), value);
          } else {
            assertThat(definition.get("required")).as(place + " has no " + name).isNotEqualTo(true);
          }
        });
    Set<String> known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    known.addAll(headers.keySet());
    assertThat(response.headers().keySet())
        .as(place + " headers")
        .allSatisfy(
            name ->
                assertThat(name.startsWith("kernelgate-") && !known.contains(name))
                    .as(name)
                    .isFalse());
  }

  private void requireBody(String place, Map<String, Object> documented, Response response) {
    String type =
        String.valueOf(response.headers().get("content-type")).replaceAll(";.*", "").strip();
    Map<String, Object> content = at(documented, "content");
    assertThat(content).as(place).containsKey(type);
    Object bodySchema = object(content.get(type)).get("schema");
    if (bodySchema != null) {
      schema().require(place, bodySchema, JsonParser.parseString(response.body()));
    }
  }

  private SchemaCheck schema() {
    return new SchemaCheck(this::resolved);
  }

  private String template(String path) {
    return object(root.get("paths")).keySet().stream()
        .filter(template -> matches(template, path))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no path for " + path));
  }

  private static boolean matches(String template, String path) {
    return path.matches(PARAMETER.matcher(template).replaceAll("[^/]+"));
  }

  /** Follows a reference within the document. */
  private Map<String, Object> resolved(@Nullable Object node) {
    Map<String, Object> object = object(node);
    if (object.get("$ref") instanceof String reference) {
      return at(reference.substring("#/".length()).split("/", -1));
    }
    return object;
  }

  private Map<String, Object> at(String... steps) {
    return at(root, steps);
  }

  private static Map<String, Object> at(Map<String, Object> from, String... steps) {
    Map<String, Object> found = from;
    for (String step : steps) {
      found = object(found.getOrDefault(step, Map.of()));
    }
    return found;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> object(@Nullable Object node) {
    return (Map<String, Object>) Objects.requireNonNull(node);
  }

  static List<?> list(@Nullable Object node) {
    return node == null ? List.of() : (List<?>) node;
  }
}
