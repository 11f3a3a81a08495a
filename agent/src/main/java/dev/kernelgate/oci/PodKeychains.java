// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.PodIdentity;
import java.util.Optional;

/**
 * What the pods of this node bring along to fetch their kernels with. A pod that is not on this
 * node under exactly this uid, namespace and name brings along nothing. Safe for any thread.
 */
public interface PodKeychains {

  /** A pod's keychain as it was read lately; empty when it has to be read. Never waits. */
  Optional<Keychain> known(PodIdentity pod);

  /**
   * A pod's keychain. Never throws: what cannot be read is left out and noted.
   *
   * @param deadline at most a part of it is used, since there is a registry to be asked afterwards
   */
  Keychain read(PodIdentity pod, Deadline deadline);

  /** Nobody brings anything along. */
  record None() implements PodKeychains {
    @Override
    public Optional<Keychain> known(PodIdentity pod) {
      return Optional.of(Keychain.none());
    }

    @Override
    public Keychain read(PodIdentity pod, Deadline deadline) {
      return Keychain.none();
    }
  }
}
