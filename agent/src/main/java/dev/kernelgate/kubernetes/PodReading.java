// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.PodIdentity;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a pod of the API means here. A pod that is being deleted still has its zone and counts; one
 * that has ended does not.
 */
final class PodReading {

  /** Pull secrets of a pod that are looked at. */
  static final int MAX_PULL_SECRETS = 8;

  /** Longest name of a secret. The API server takes any length in a pod. */
  private static final int MAX_NAME = 253;

  /** One more than any reference or variant has, so that what was cut is none. */
  static final int MAX_ANNOTATION = KernelReference.MAX_LENGTH + 1;

  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

  private static final String RUNNING = "Running";

  private PodReading() {}

  static PodIdentity identity(ApiPod pod) {
    ObjectMeta metadata = pod.getMetadata();
    return new PodIdentity(
        text(metadata.getUid()), text(metadata.getNamespace()), text(metadata.getName()));
  }

  static boolean isZone(ApiPod pod, Set<String> runtimeClasses) {
    return runtimeClasses.contains(text(pod.spec().runtimeClassName()))
        && !ENDED.contains(text(pod.status().phase()));
  }

  /** When kubelet began to start a pod that runs by now, to the second; its zone came after. */
  static Optional<Instant> runsSince(ApiPod pod) {
    if (!RUNNING.equals(pod.status().phase())) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(pod.status().startTime()).map(Instant::parse);
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  static AskedKernel kernel(ApiPod pod) {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    return AskedKernel.of(
        Optional.ofNullable(annotations.get(AskedKernel.IMAGE_ANNOTATION)),
        Optional.ofNullable(annotations.get(AskedKernel.VARIANT_ANNOTATION)));
  }

  /**
   * The annotations that matter, as much of them as can be looked at: 256 KB are legal, for ours
   * too.
   */
  static Map<String, String> kernelAnnotations(ObjectMeta metadata) {
    Map<String, String> kept = new LinkedHashMap<>();
    Map<String, String> all =
        metadata.getAnnotations() == null ? Map.of() : metadata.getAnnotations();
    for (String name : Set.of(AskedKernel.IMAGE_ANNOTATION, AskedKernel.VARIANT_ANNOTATION)) {
      Optional.ofNullable(all.get(name))
          .map(value -> value.substring(0, Math.min(value.length(), MAX_ANNOTATION)))
          .ifPresent(value -> kept.put(name, value));
    }
    return kept;
  }

  /** The names of the first {@link #MAX_PULL_SECRETS} pull secrets; pods have one or two. */
  static List<String> pullSecrets(ApiPod pod) {
    List<LocalObjectReference> all = pod.spec().imagePullSecrets();
    return all == null
        ? List.of()
        : all.stream()
            .map(reference -> text(reference.getName()))
            .filter(name -> !name.isEmpty() && name.length() <= MAX_NAME)
            .distinct()
            .limit(MAX_PULL_SECRETS)
            .toList();
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
