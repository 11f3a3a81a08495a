// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.config;

import java.util.List;

/** A configuration file that cannot be used, with everything that is wrong with it. */
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** One line each, {@code FILE:LINE:COLUMN: what is wrong; what to do}, in the file's order. */
  public List<String> problems() {
    return problems;
  }
}
