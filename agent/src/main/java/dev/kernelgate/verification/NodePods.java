// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.PodIdentity;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The node's zone pods at one moment.
 *
 * @param kernels what each asks for, in the source's order
 * @param problems what keeps the source from knowing them all, a line each
 */
public record NodePods(Map<PodIdentity, AskedKernel> kernels, List<String> problems) {

  public NodePods {
    kernels = Collections.unmodifiableMap(new LinkedHashMap<>(kernels));
    problems = List.copyOf(problems);
  }
}
