// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import java.util.Optional;

/** Where the node's pods are known from. Asked by one thread, about once a second. */
public interface PodSource {

  /**
   * All pods, when anything has changed since the last call; empty as long as they are not known at
   * all. Does not wait for anybody.
   */
  Optional<NodePods> readIfChanged();
}
