// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What may stand between the slashes of a registry's address. */
final class RegistryHost {

  private static final Pattern HOST =
      Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::([0-9]{1,5}))?");
  private static final int LARGEST_PORT = 65535;

  private RegistryHost() {}

  /** Whether this is a host name or an IPv4 address, with a port that exists or none. */
  static boolean isValid(String host) {
    Matcher matcher = HOST.matcher(host);
    return matcher.matches()
        && (matcher.group(2) == null || isPort(Integer.parseInt(matcher.group(2))));
  }

  /** Whether a connection can be made to the port. */
  static boolean isPort(int port) {
    return port > 0 && port <= LARGEST_PORT;
  }

  /**
   * Insists on it.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  static void require(String host) {
    if (!isValid(host)) {
      throw new IllegalArgumentException("'" + host + "' is not host[:port]");
    }
  }
}
