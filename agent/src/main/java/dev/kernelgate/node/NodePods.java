// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.PodIdentity;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The zone pods of a directory at one moment.
 *
 * @param kernels what each asks for, in the order of the files
 * @param problems files that could not be used, a line each
 */
public record NodePods(Map<PodIdentity, AskedKernel> kernels, List<String> problems) {

  public NodePods {
    kernels = Collections.unmodifiableMap(new LinkedHashMap<>(kernels));
    problems = List.copyOf(problems);
  }
}
