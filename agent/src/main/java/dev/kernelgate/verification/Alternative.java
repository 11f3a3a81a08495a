// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.Digest;
import dev.kernelgate.verdict.Reason;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What else the node may boot for the same request, because its daemon's configuration has changed
 * since the daemon started. The decision that it stands beside is the worse of the two.
 *
 * @param image the reference in full, or what was asked for when there is none
 * @param digest the platform manifest, once it is known
 * @param reason its own verdict's reason
 */
public record Alternative(String image, Optional<Digest> digest, Reason reason) {

  static Alternative of(Decision decision) {
    return new Alternative(decision.image(), decision.digest(), decision.verdict().reason());
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
