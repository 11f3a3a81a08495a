// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.PodIdentity;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The node's zone pods at one moment.
 *
 * @param kernels what each asks for, in the source's order
 * @param problems what keeps the source from knowing them all, a line each
 * @param newestStart when the node began to start the newest of those that run; empty when none
 *     runs, or the source does not know
 * @param knowledge whether these are the pods
 */
public record NodePods(
    Map<PodIdentity, AskedKernel> kernels,
    List<String> problems,
    Optional<Instant> newestStart,
    Knowledge knowledge) {

  /** What a source has to say. */
  public enum Knowledge {
    /** Which pods there are, but for its problems. */
    KNOWN,
    /** Nothing: what was known before is neither confirmed nor over. */
    UNKNOWN
  }

  public NodePods {
    kernels = Collections.unmodifiableMap(new LinkedHashMap<>(kernels));
    problems = List.copyOf(problems);
  }

  /** Pods that are known. */
  public NodePods(
      Map<PodIdentity, AskedKernel> kernels, List<String> problems, Optional<Instant> newestStart) {
    this(kernels, problems, newestStart, Knowledge.KNOWN);
  }

  /** The source cannot be read at all, for these reasons. */
  public static NodePods unknown(List<String> problems) {
    return new NodePods(Map.of(), problems, Optional.empty(), Knowledge.UNKNOWN);
  }

  /** Pods of which nobody knows whether they run. */
  public NodePods(Map<PodIdentity, AskedKernel> kernels, List<String> problems) {
    this(kernels, problems, Optional.empty());
  }
}
