// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import java.util.Map;
import java.util.Optional;

/**
 * One way in that a 401 offers (RFC 9110, section 11.6.1).
 *
 * @param scheme lower case, {@code bearer} or {@code basic} or one we do not know
 * @param parameters values by lower-case name
 */
record Challenge(String scheme, Map<String, String> parameters) {

  Challenge {
    parameters = Map.copyOf(parameters);
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }
}
