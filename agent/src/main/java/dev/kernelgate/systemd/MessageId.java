// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/**
 * Which kind of event an entry tells of, as the journal's {@code MESSAGE_ID}, by which the message
 * catalogue explains it. It is derived from the kind's word, which is never renamed, so it never
 * changes either. On its way through the logging library it travels as a marker.
 *
 * @param word the kind, CamelCase
 */
record MessageId(String word) {

  private static final String PREFIX = "kernelgate.";

  /** The kind of a log event with this marker, if it is one of ours. */
  static Optional<MessageId> of(Marker marker) {
    return marker.getName().startsWith(PREFIX)
        ? Optional.of(new MessageId(marker.getName().substring(PREFIX.length())))
        : Optional.empty();
  }

  Marker marker() {
    return MarkerFactory.getDetachedMarker(PREFIX + word);
  }

  /** 32 hexadecimal digits, a name-based UUID (RFC 9562, version 3) without its dashes. */
  @Override
  public String toString() {
    return UUID.nameUUIDFromBytes((PREFIX + word).getBytes(StandardCharsets.UTF_8))
        .toString()
        .replace("-", "");
  }
}
