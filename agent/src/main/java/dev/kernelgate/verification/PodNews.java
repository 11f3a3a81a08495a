// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.PodIdentity;

/** Is told what was found out about a pod's kernel, when that is news. Safe for any thread. */
@FunctionalInterface
public interface PodNews {

  /** A pod's kernel was judged for the first time, or with another result. Must not wait. */
  void judged(PodIdentity pod, Decision decision);
}
