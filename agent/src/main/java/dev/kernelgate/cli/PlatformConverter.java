// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.cli;

import dev.kernelgate.kernel.Architecture;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code linux/amd64} and the like. */
final class PlatformConverter implements ITypeConverter<Architecture> {

  @Override
  public Architecture convert(String text) {
    return Architecture.parsePlatform(text)
        .orElseThrow(
            () -> new TypeConversionException("'" + text + "' is not linux/amd64 or linux/arm64"));
  }
}
