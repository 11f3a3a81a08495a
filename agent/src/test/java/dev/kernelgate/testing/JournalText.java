// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the journal's native protocol, strictly. */
public final class JournalText {

  private JournalText() {}

  /** The fields of an entry, in their order; fails where it is malformed or has a field twice. */
  public static Map<String, String> fields(byte[] entry) {
    Map<String, String> fields = new LinkedHashMap<>();
    ByteBuffer bytes = ByteBuffer.wrap(entry).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      String name = upTo(bytes, "=\n");
      if (!name.matches("[A-Z][A-Z0-9_]{0,63}")) {
        throw new AssertionError("no name of a field: " + name);
      }
      String value = bytes.get(bytes.position() - 1) == '=' ? upTo(bytes, "\n") : withLength(bytes);
      if (fields.put(name, value) != null) {
        throw new AssertionError("twice: " + name);
      }
    }
    return fields;
  }

  private static String upTo(ByteBuffer bytes, String ends) {
    ByteBuffer text = bytes.slice();
    while (ends.indexOf(bytes.get()) < 0) {}
    return StandardCharsets.UTF_8
        .decode(text.limit(bytes.position() - text.arrayOffset() - 1))
        .toString();
  }

  private static String withLength(ByteBuffer bytes) {
    byte[] value = new byte[Math.toIntExact(bytes.getLong())];
    bytes.get(value);
    if (bytes.get() != '\n') {
      throw new AssertionError("no line feed after a value");
    }
    return new String(value, StandardCharsets.UTF_8);
  }
}
