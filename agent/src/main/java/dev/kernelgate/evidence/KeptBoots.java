// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.evidence;

import dev.kernelgate.json.JsonObject;
import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.JsonText;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.BootRecord;
import dev.kernelgate.kernel.BootRecord.Certainty;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.InvalidReferenceException;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.PodBoot;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file that says what pods were booted from.
 *
 * @param nodeBoot which boot of the node they run in
 * @param pods at most {@link #MAX_PODS}
 */
record KeptBoots(String nodeBoot, List<PodBoot> pods) {

  /** Pods that a node can have, and more. */
  static final int MAX_PODS = 1024;

  /** Largest file; a pod has some 400 bytes in it. */
  static final int MAX_BYTES = 1024 * 1024;

  private static final String FORMAT = "dev.kernelgate.boots.v1";

  KeptBoots {
    pods = List.copyOf(pods);
  }

  byte[] toJson() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("format", FORMAT);
    fields.put("nodeBoot", nodeBoot);
    fields.put("pods", pods.stream().map(KeptBoots::fields).toList());
    return JsonText.of(fields).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws MalformedJsonException if it cannot have written this
   */
  static KeptBoots parse(byte[] json) throws MalformedJsonException {
    JsonObject file = JsonReader.read(json);
    if (!file.requireText("format").equals(FORMAT)) {
      throw new MalformedJsonException("it is of another format");
    }
    List<JsonObject> pods = file.objects("pods");
    if (pods.size() > MAX_PODS) {
      throw new MalformedJsonException("it has more than " + MAX_PODS + " pods");
    }
    List<PodBoot> boots = new ArrayList<>();
    for (JsonObject pod : pods) {
      boots.add(boot(pod));
    }
    return new KeptBoots(file.requireText("nodeBoot"), boots);
  }

  private static Map<String, Object> fields(PodBoot pod) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("uid", pod.uid());
    switch (pod.asked()) {
      case AskedKernel.Image(String reference) -> fields.put("askedImage", reference);
      case AskedKernel.Variant(String name) -> fields.put("askedVariant", name);
      case AskedKernel.NodeDefault _, AskedKernel.Conflicting _ ->
          throw new IllegalArgumentException("no note is made of such a pod");
    }
    fields.put("image", pod.boot().image().toString());
    fields.put("digest", pod.boot().digest().toString());
    fields.put("since", pod.boot().since().toString());
    fields.put("launched", pod.boot().certainty() == Certainty.LAUNCHED);
    return fields;
  }

  private static PodBoot boot(JsonObject pod) throws MalformedJsonException {
    Optional<Boolean> launched = pod.truth("launched");
    Optional<Digest> digest = Digest.parse(pod.requireText("digest"));
    if (launched.isEmpty() || digest.isEmpty()) {
      throw new MalformedJsonException("a pod has no digest, or nobody says how it is known");
    }
    try {
      BootRecord boot =
          new BootRecord(
              KernelReference.parse(pod.requireText("image")),
              digest.get(),
              Instant.parse(pod.requireText("since")),
              launched.get() ? Certainty.LAUNCHED : Certainty.PRESUMED);
      AskedKernel asked = AskedKernel.of(pod.text("askedImage"), pod.text("askedVariant"));
      return new PodBoot(pod.requireText("uid"), asked, boot);
    } catch (InvalidReferenceException | DateTimeException | IllegalArgumentException e) {
      throw new MalformedJsonException("a pod is malformed: " + e.getMessage());
    }
  }
}
