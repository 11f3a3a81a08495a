// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What the roles in {@code daemonset/} allow, each as {@code verb group/resource}. */
public final class DeployedRights {

  private static final Path DAEMONSET = Path.of("..", "daemonset");
  private static final Set<String> ROLES = Set.of("ClusterRole", "Role");

  private DeployedRights() {}

  /** Those of every installation. */
  public static Set<String> ofTheBase() {
    return in(DAEMONSET.resolve("base"));
  }

  /** Those of the base and of all overlays together. */
  public static Set<String> ofEverything() {
    Set<String> rights = new TreeSet<>(ofTheBase());
    rights.addAll(in(DAEMONSET.resolve("overlays")));
    return rights;
  }

  /** Those that the requests needed which were answered well. */
  public static Set<String> neededFor(List<FakeApiServer.Seen> requests) {
    return requests.stream()
        .filter(request -> request.status() < 300)
        .map(
            request ->
                neededFor(request.method(), URI.create(request.path() + "?" + request.query())))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * What a request needs. Read as the API server does: {@code /api/v1} or {@code /apis/GROUP/v1},
   * perhaps {@code namespaces/NAME}, then resource, name and subresource.
   */
  public static String neededFor(String method, URI target) {
    List<String> parts = List.of(target.getPath().substring(1).split("/", -1));
    boolean isCore = parts.getFirst().equals("api");
    List<String> rest = parts.subList(Math.min(parts.size(), isCore ? 2 : 3), parts.size());
    if (rest.size() > 2 && rest.getFirst().equals("namespaces")) {
      rest = rest.subList(2, rest.size());
    }
    String resource = rest.isEmpty() ? "" : rest.getFirst();
    String subresource = rest.size() > 2 ? "/" + rest.get(2) : "";
    String group = isCore ? "" : parts.get(Math.min(1, parts.size() - 1));
    boolean isWatch = String.valueOf(target.getQuery()).contains("watch=true");
    return verb(method, rest.size() > 1, isWatch) + " " + group + "/" + resource + subresource;
  }

  private static String verb(String method, boolean hasName, boolean isWatch) {
    return switch (method) {
      case "GET" -> isWatch ? "watch" : hasName ? "get" : "list";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> hasName ? "delete" : "deletecollection";
      default -> method;
    };
  }

  private static Set<String> in(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .flatMap(DeployedRights::documents)
          .filter(object -> ROLES.contains(String.valueOf(object.get("kind"))))
          .flatMap(role -> list(role, "rules"))
          .flatMap(rule -> rights((Map<?, ?>) rule))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Map<?, ?>> documents(Path file) {
    try {
      List<Map<?, ?>> documents = new ArrayList<>();
      new Load(LoadSettings.builder().build())
          .loadAllFromString(Files.readString(file))
          .forEach(document -> documents.add((Map<?, ?>) document));
      return documents.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> rights(Map<?, ?> rule) {
    return list(rule, "apiGroups")
        .flatMap(group -> list(rule, "resources").map(resource -> group + "/" + resource))
        .flatMap(what -> list(rule, "verbs").map(verb -> verb + " " + what));
  }

  private static Stream<?> list(Map<?, ?> object, String key) {
    return ((List<?>) Objects.requireNonNull(object.get(key), key)).stream();
  }
}
