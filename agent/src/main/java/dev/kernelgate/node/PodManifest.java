// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.yaml.YamlNode;
import dev.kernelgate.yaml.YamlProblems;
import java.util.Optional;

/**
 * What matters of a Pod manifest.
 *
 * @param runtimeClass {@code spec.runtimeClassName}, empty when there is none
 * @param kernel what its annotations ask for
 */
record PodManifest(PodIdentity identity, String runtimeClass, AskedKernel kernel) {

  /** Reads a document; what is no Pod with a name is a problem. */
  static Optional<PodManifest> read(YamlNode document, YamlProblems problems) {
    if (!text(document, "kind").equals(Optional.of("Pod"))) {
      problems.add(document.position(), "it is not a Pod; move it out of the directory");
      return Optional.empty();
    }
    Optional<YamlNode> metadata = member(document, "metadata");
    Optional<String> name = metadata.flatMap(node -> text(node, "name"));
    if (name.isEmpty()) {
      problems.add(document.position(), "the Pod has no metadata.name; add it");
      return Optional.empty();
    }
    PodIdentity identity =
        new PodIdentity(
            metadata.flatMap(node -> text(node, "uid")).orElse(""),
            metadata.flatMap(node -> text(node, "namespace")).orElse("default"),
            name.get());
    String runtimeClass =
        member(document, "spec").flatMap(node -> text(node, "runtimeClassName")).orElse("");
    AskedKernel kernel =
        metadata
            .flatMap(node -> member(node, "annotations"))
            .map(PodManifest::kernel)
            .orElseGet(AskedKernel.NodeDefault::new);
    return Optional.of(new PodManifest(identity, runtimeClass, kernel));
  }

  private static AskedKernel kernel(YamlNode annotations) {
    return AskedKernel.of(
        text(annotations, AskedKernel.IMAGE_ANNOTATION),
        text(annotations, AskedKernel.VARIANT_ANNOTATION));
  }

  private static Optional<YamlNode> member(YamlNode node, String key) {
    return node instanceof YamlNode.Mapping mapping ? mapping.get(key) : Optional.empty();
  }

  private static Optional<String> text(YamlNode node, String key) {
    return member(node, key)
        .filter(YamlNode.Scalar.class::isInstance)
        .map(scalar -> ((YamlNode.Scalar) scalar).text());
  }
}
