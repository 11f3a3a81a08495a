// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.cli.KernelgateCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;

/** The program's entrance. */
public final class Main {

  private Main() {}

  /** Runs the command and exits with its status. */
  public static void main(String[] arguments) {
    Surroundings surroundings =
        new Surroundings(Clock.systemUTC(), System::nanoTime, System.getenv());
    int status =
        KernelgateCommand.run(
            new LocalProgram(surroundings),
            arguments,
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    System.exit(status);
  }
}
