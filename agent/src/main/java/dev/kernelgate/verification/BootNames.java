// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import java.util.Optional;

/**
 * What the node boots for what was asked.
 *
 * @param inForce what it boots as it runs now
 * @param afterRestart what it boots once its daemon has started anew, where that is something else;
 *     when exactly the daemon read its configuration is not known, so either may be true
 */
public record BootNames(BootName inForce, Optional<BootName> afterRestart) {

  /** There is no doubt about it. */
  public static BootNames only(BootName name) {
    return new BootNames(name, Optional.empty());
  }
}
