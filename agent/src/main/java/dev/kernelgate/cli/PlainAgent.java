// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code kernelgate agent} in the two forms that units and containers use, {@code agent} and {@code
 * agent --config FILE}. They mean what {@link AgentCommand} says and are read here so that the
 * agent starts without the library for commands, which takes a sixth of a second to look at all of
 * them. Whatever else is typed is the library's.
 *
 * @param config the configuration file
 */
record PlainAgent(Optional<Path> config) {

  /** The plain form, if this is one. */
  static Optional<PlainAgent> of(String[] arguments) {
    if (arguments.length == 0 || !arguments[0].equals("agent")) {
      return Optional.empty();
    }
    if (arguments.length == 1) {
      return Optional.of(new PlainAgent(Optional.empty()));
    }
    return arguments.length == 3 && arguments[1].equals("--config") && isPlain(arguments[2])
        ? Optional.of(new PlainAgent(Optional.of(Path.of(arguments[2]))))
        : Optional.empty();
  }

  int run(Program program) throws CommandFailedException {
    program.runAgent(config);
    return ExitStatus.OK;
  }

  /** The library reads more into options and quotes, and says what is wrong with an odd name. */
  private static boolean isPlain(String file) {
    return !file.isEmpty() && file.chars().allMatch(PlainAgent::isPlain) && file.charAt(0) != '-';
  }

  private static boolean isPlain(int character) {
    return character < 0x7f
        && (Character.isLetterOrDigit(character) || "/._-".indexOf(character) >= 0);
  }
}
