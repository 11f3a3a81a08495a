// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.systemd;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One entry in the journal's native protocol: a field is {@code NAME=value} and a line feed, or,
 * when the value holds a line feed, the name, a line feed, the value's length as 64 bits little
 * endian, the value and a line feed (systemd, "Native Journal Protocol"). Names and values are made
 * fit for it, and so bounded that every entry fits into a datagram. Confined to one thread.
 */
final class JournalEntry {

  /** Longest value; what is longer is cut. */
  static final int MAX_VALUE = 8 * 1024;

  /** Longest entry; fields that do not fit are left out. Half of what a socket's buffer takes. */
  static final int MAX_BYTES = 48 * 1024;

  private static final int MAX_NAME = 64;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);

  /** Adds a field. */
  JournalEntry with(String name, String value) {
    String shown = printable(value);
    byte[] text = shown.getBytes(StandardCharsets.UTF_8);
    byte[] field = fieldName(name).getBytes(StandardCharsets.US_ASCII);
    if (bytes.size() + field.length + Long.BYTES + text.length + 2 > MAX_BYTES) {
      return this;
    }
    bytes.writeBytes(field);
    if (shown.indexOf('\n') < 0) {
      bytes.write('=');
    } else {
      bytes.write('\n');
      bytes.writeBytes(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(text.length)
              .array());
    }
    bytes.writeBytes(text);
    bytes.write('\n');
    return this;
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  /**
   * Cuts, and replaces what would make journalctl hide the value as binary, or a terminal obey it.
   * Nearly always there is nothing to do.
   */
  private static String printable(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (isControl(value.charAt(i))) {
        return replaced(value);
      }
    }
    return value.length() <= MAX_VALUE ? value : value.substring(0, MAX_VALUE);
  }

  private static String replaced(String value) {
    StringBuilder text = new StringBuilder(value);
    text.setLength(Math.min(value.length(), MAX_VALUE));
    for (int i = 0; i < text.length(); i++) {
      if (isControl(text.charAt(i))) {
        text.setCharAt(i, '?');
      }
    }
    return text.toString();
  }

  private static boolean isControl(char c) {
    return (c < ' ' && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
  }

  /** Capital letters, digits and underscores, a letter first: journald ignores other fields. */
  private static String fieldName(String name) {
    return isFieldName(name)
        ? name
        : ("X_" + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_"))
            .substring(0, Math.min(MAX_NAME, name.length() + 2));
  }

  private static boolean isFieldName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean isLetter = c >= 'A' && c <= 'Z';
      boolean isOther = c == '_' || (c >= '0' && c <= '9');
      if (!isLetter && (i == 0 || !isOther)) {
        return false;
      }
    }
    return !name.isEmpty() && name.length() <= MAX_NAME;
  }
}
