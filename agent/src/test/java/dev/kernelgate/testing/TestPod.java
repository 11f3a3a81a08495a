// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import com.google.gson.Gson;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A pod as an API server stores it, with what kubelet and others add to it.
 *
 * @param texts what is one text each, by the name of its member
 */
public record TestPod(
    Map<String, String> texts, Map<String, String> annotations, List<String> pullSecrets) {

  public TestPod {
    texts = Map.copyOf(texts);
    annotations = Map.copyOf(annotations);
    pullSecrets = List.copyOf(pullSecrets);
  }

  /** A running zone pod in the default namespace. */
  public static TestPod named(String node, String name) {
    return new TestPod(
        Map.of(
            "nodeName", node,
            "namespace", "default",
            "name", name,
            "uid", "uid-" + name,
            "runtimeClassName", "edera",
            "phase", "Running",
            "startTime", "2026-11-22T10:00:00Z"),
        Map.of(),
        List.of());
  }

  public TestPod with(String annotation, String value) {
    return new TestPod(texts, replaced(annotations, annotation, value), pullSecrets);
  }

  public TestPod in(String other) {
    return text("namespace", other);
  }

  public TestPod withUid(String other) {
    return text("uid", other);
  }

  public TestPod withRuntimeClass(String other) {
    return text("runtimeClassName", other);
  }

  public TestPod withPhase(String other) {
    return text("phase", other);
  }

  public TestPod startedAt(String time) {
    return text("startTime", time);
  }

  public TestPod withPullSecrets(String... names) {
    return new TestPod(texts, annotations, List.of(names));
  }

  String toJson() {
    Map<String, Object> metadata = texts("name", "namespace", "uid");
    metadata.put("annotations", annotations);
    metadata.put("managedFields", List.of(Map.of("manager", "kubelet", "operation", "Update")));
    Map<String, Object> spec = texts("nodeName", "runtimeClassName");
    spec.put(
        "imagePullSecrets", pullSecrets.stream().map(secret -> Map.of("name", secret)).toList());
    spec.put("containers", List.of(Map.of("name", "main", "image", "registry.example/app:1")));
    return new Gson()
        .toJson(
            Map.of(
                "kind",
                "Pod",
                "apiVersion",
                "v1",
                "metadata",
                metadata,
                "spec",
                spec,
                "status",
                texts("phase", "startTime")));
  }

  private TestPod text(String member, String value) {
    return new TestPod(replaced(texts, member, value), annotations, pullSecrets);
  }

  private Map<String, Object> texts(String... members) {
    Map<String, Object> chosen = new TreeMap<>(texts);
    chosen.keySet().retainAll(List.of(members));
    return chosen;
  }

  private static Map<String, String> replaced(Map<String, String> all, String key, String value) {
    Map<String, String> changed = new TreeMap<>(all);
    changed.put(key, value);
    return changed;
  }
}
