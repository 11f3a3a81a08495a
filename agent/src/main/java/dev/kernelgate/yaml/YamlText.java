// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.yaml;

import dev.kernelgate.yaml.YamlNode.Position;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Turns bytes into characters that YAML allows (YAML 1.2.2, section 5.1). */
final class YamlText {

  private YamlText() {}

  /**
   * Decodes UTF-8 strictly.
   *
   * @throws UnreadableYamlException for other bytes, or a control character, with its place
   */
  static String decode(byte[] bytes) throws UnreadableYamlException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new UnreadableYamlException(Position.START, "the file is not UTF-8; save it as UTF-8");
    }
    checkCharacters(text);
    return text;
  }

  private static void checkCharacters(String text) throws UnreadableYamlException {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        line++;
        lineStart = i + 1;
      } else if (!isAllowed(c)) {
        throw new UnreadableYamlException(
            new Position(line, text.codePointCount(lineStart, i) + 1),
            "there is a control character; remove it");
      }
    }
  }

  private static boolean isAllowed(char c) {
    return (c >= ' ' && c < 0x7f)
        || c == '\t'
        || c == '\r'
        || c == 0x85
        || (c >= 0xa0 && c < 0xfffe);
  }
}
