// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.Reason;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What else the node may boot, or run. The decision that it stands beside is the worse of the two.
 *
 * @param doubt why it is not known which of them
 * @param image the reference in full, or what was asked for when there is none
 * @param digest what boots then, once it is known
 * @param reason its own verdict's reason
 */
public record Alternative(Doubt doubt, String image, Optional<Digest> digest, Reason reason) {

  /** Why it may be something else. */
  public enum Doubt {
    /** When exactly the daemon read its configuration is not known. */
    DAEMON_CONFIGURATION(
        "The daemon's configuration has changed since the daemon started, so the node may boot"),
    /** A zone keeps the kernel that it was booted with, whatever its pod asks for later. */
    POD_ANNOTATIONS(
        "The pod's annotations have changed since it was first judged, so its zone may run");

    private final String text;

    Doubt(String text) {
      this.text = text;
    }
  }

  static Alternative of(Doubt doubt, Decision decision) {
    return new Alternative(doubt, decision.image(), decision.digest(), decision.verdict().reason());
  }

  /** For people, a sentence. */
  String remark() {
    return "%s %s instead (%s); the worse answer counts.".formatted(doubt.text, image, reason);
  }

  Map<String, Object> toFields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("image", image);
    fields.put("digest", digest);
    fields.put("verdict", reason.outcome());
    fields.put("reason", reason);
    return fields;
  }
}
