// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import com.google.gson.Gson;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A pod as an API server stores it, with what kubelet and others add to it. */
public record TestPod(
    String node,
    String namespace,
    String name,
    String uid,
    String runtimeClass,
    String phase,
    String startTime,
    Map<String, String> annotations,
    List<String> pullSecrets) {

  public TestPod {
    annotations = Map.copyOf(annotations);
    pullSecrets = List.copyOf(pullSecrets);
  }

  /** A running zone pod in the default namespace. */
  public static TestPod named(String node, String name) {
    return new TestPod(
        node,
        "default",
        name,
        "uid-" + name,
        "edera",
        "Running",
        "2026-11-22T10:00:00Z",
        Map.of(),
        List.of());
  }

  public TestPod with(String annotation, String value) {
    Map<String, String> more = new TreeMap<>(annotations);
    more.put(annotation, value);
    return new TestPod(
        node, namespace, name, uid, runtimeClass, phase, startTime, more, pullSecrets);
  }

  public TestPod in(String other) {
    return new TestPod(
        node, other, name, uid, runtimeClass, phase, startTime, annotations, pullSecrets);
  }

  public TestPod withUid(String other) {
    return new TestPod(
        node, namespace, name, other, runtimeClass, phase, startTime, annotations, pullSecrets);
  }

  public TestPod withRuntimeClass(String other) {
    return new TestPod(
        node, namespace, name, uid, other, phase, startTime, annotations, pullSecrets);
  }

  public TestPod withPhase(String other) {
    return new TestPod(
        node, namespace, name, uid, runtimeClass, other, startTime, annotations, pullSecrets);
  }

  public TestPod startedAt(String time) {
    return new TestPod(
        node, namespace, name, uid, runtimeClass, phase, time, annotations, pullSecrets);
  }

  public TestPod withPullSecrets(String... names) {
    return new TestPod(
        node, namespace, name, uid, runtimeClass, phase, startTime, annotations, List.of(names));
  }

  String toJson() {
    Map<String, Object> metadata =
        Map.of(
            "name",
            name,
            "namespace",
            namespace,
            "uid",
            uid,
            "annotations",
            annotations,
            "managedFields",
            List.of(Map.of("manager", "kubelet", "operation", "Update")));
    Map<String, Object> spec =
        Map.of(
            "nodeName",
            node,
            "runtimeClassName",
            runtimeClass,
            "imagePullSecrets",
            pullSecrets.stream().map(secret -> Map.of("name", secret)).toList(),
            "containers",
            List.of(Map.of("name", "main", "image", "registry.example/app:1")));
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
                Map.of("phase", phase, "startTime", startTime)));
  }
}
