// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The JSON patch (RFC 6902) that makes a node have our taint, or not. It names nothing but ours:
 * the others' taints are not even in it. Each step tests first that what it changes is still what
 * was read; when it is not, the API server refuses the whole patch.
 */
final class TaintPatch {

  /** The key of the taint; it has no value. */
  static final String KEY = "dev.edera.kernelgate/kernels-rejected";

  private static final String TAINTS = "/spec/taints";

  private TaintPatch() {}

  /** The patch that sets the taint with this effect; empty when there is nothing to do. */
  static List<Map<String, Object>> set(Node node, String effect) {
    List<Taint> taints = taints(node);
    List<Map<String, Object>> patch = new ArrayList<>(removing(taints, Optional.of(effect)));
    boolean isThere =
        taints.stream().anyMatch(taint -> isOurs(taint) && effect.equals(taint.getEffect()));
    if (!isThere) {
      Map<String, Object> ours = Map.of("key", KEY, "effect", effect);
      if (taints.isEmpty()) {
        // There may be no list to add to; then nobody else may have made one meanwhile.
        patch.add(
            Map.of(
                "op",
                "test",
                "path",
                "/metadata/resourceVersion",
                "value",
                node.getMetadata().getResourceVersion()));
        patch.add(Map.of("op", "add", "path", TAINTS, "value", List.of(ours)));
      } else {
        patch.add(Map.of("op", "add", "path", TAINTS + "/-", "value", ours));
      }
    }
    return patch;
  }

  /** The patch that removes the taint, whatever its effect; empty when there is nothing to do. */
  static List<Map<String, Object>> remove(Node node) {
    return removing(taints(node), Optional.empty());
  }

  /** From the last to the first, so that the indexes stay right. */
  private static List<Map<String, Object>> removing(List<Taint> taints, Optional<String> spared) {
    List<Map<String, Object>> patch = new ArrayList<>();
    for (int i = taints.size() - 1; i >= 0; i--) {
      Taint taint = taints.get(i);
      if (isOurs(taint) && !spared.equals(Optional.ofNullable(taint.getEffect()))) {
        String path = TAINTS + "/" + i;
        patch.add(Map.of("op", "test", "path", path + "/key", "value", KEY));
        patch.add(Map.of("op", "remove", "path", path));
      }
    }
    return patch;
  }

  private static boolean isOurs(Taint taint) {
    return KEY.equals(taint.getKey());
  }

  private static List<Taint> taints(Node node) {
    return Optional.ofNullable(node.getSpec().getTaints()).orElseGet(List::of);
  }
}
