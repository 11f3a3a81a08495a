// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.yaml;

/** Nothing after this place can be read. */
final class UnreadableYamlException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient YamlNode.Position position;
  private final String problem;

  UnreadableYamlException(YamlNode.Position position, String message) {
    super(message);
    this.position = position;
    this.problem = message;
  }

  YamlNode.Position position() {
    return position;
  }

  String problem() {
    return problem;
  }
}
