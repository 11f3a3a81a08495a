// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A block of IPv4 addresses; only literal addresses are in it, no name is ever looked up. */
record Ipv4Block(int address, int prefixLength) {

  private static final Pattern ADDRESS =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

  /** Reads {@code 10.0.0.0/8}; empty for anything else. */
  static Optional<Ipv4Block> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,2}")) {
      return Optional.empty();
    }
    int length = Integer.parseInt(text.substring(slash + 1));
    return length > 32
        ? Optional.empty()
        : address(text.substring(0, slash)).map(address -> new Ipv4Block(address, length));
  }

  /** Whether the text is an IPv4 address of this block. */
  boolean contains(String host) {
    int mask = prefixLength == 0 ? 0 : -1 << (32 - prefixLength);
    return address(host).map(other -> ((other ^ address) & mask) == 0).orElse(false);
  }

  private static Optional<Integer> address(String text) {
    Matcher matcher = ADDRESS.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int address = 0;
    for (int group = 1; group <= 4; group++) {
      int octet = Integer.parseInt(matcher.group(group));
      if (octet > 255) {
        return Optional.empty();
      }
      address = address << 8 | octet;
    }
    return Optional.of(address);
  }
}
