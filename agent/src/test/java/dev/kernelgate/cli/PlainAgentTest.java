// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The short way means what the library for commands understands, or is not taken. */
final class PlainAgentTest {

  record Case(String name, boolean isPlain, List<String> arguments) {
    Case(String typed, boolean isPlain) {
      this(typed, isPlain, List.of(typed.split(" ")));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("agent", true),
        new Case("agent --config /etc/kernelgate/kernelgate.yaml", true),
        new Case("agent --config kernelgate_2.yaml", true),
        new Case("agent --config=/etc/kernelgate/kernelgate.yaml", false),
        new Case("agent --config", false),
        new Case("agent --config --help", false),
        new Case("agent --config @file", false),
        new Case("agent --config \"quoted\"", false),
        new Case("agent --help", false),
        new Case("agent --config a --config b", false),
        new Case("agents", false),
        new Case("status --config a", false),
        new Case("nothing", false, List.of()),
        new Case("no name", false, List.of("agent", "--config", "")),
        new Case("an impossible name", false, List.of("agent", "--config", "a\0b")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isTakenForPlainArgumentsOnlyAndMeansTheSame(Case typed) {
    Optional<PlainAgent> plain = PlainAgent.of(typed.arguments.toArray(String[]::new));

    assertThat(plain.isPresent()).isEqualTo(typed.isPlain);
    plain.ifPresent(agent -> assertThat(agent.config()).isEqualTo(byTheLibrary(typed)));
  }

  private static Optional<Path> byTheLibrary(Case typed) {
    List<String> options = typed.arguments.subList(1, typed.arguments.size());
    return new CommandLine(new AgentCommand(neverCalled()))
        .parseArgs(options.toArray(String[]::new))
        .matchedOptionValue("--config", Optional.empty());
  }

  private static Program neverCalled() {
    return (Program)
        Proxy.newProxyInstance(
            Program.class.getClassLoader(),
            new Class<?>[] {Program.class},
            (_, method, _) -> {
              throw new AssertionError(method + " was called");
            });
  }
}
