// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.oci.Keychain;
import dev.kernelgate.oci.PodKeychains;
import dev.kernelgate.verdict.ProblemException;
import java.util.Optional;

/**
 * How far a check goes for what requests share: to what is remembered, or to the work itself. The
 * check is the same walk either way, so that a remembered answer cannot differ from a fresh one.
 */
sealed interface Reach {

  /** Only what is remembered; never waits. */
  record Memory() implements Reach {}

  /**
   * Whatever it takes.
   *
   * @param asker whose share of the slots the work takes
   * @param deadline until when the result is waited for
   */
  record Work(Asker asker, Deadline deadline) implements Reach {}

  /** The same reach for work on this image, which takes {@link Asker#about} its share. */
  default Reach about(KernelReference reference) {
    return switch (this) {
      case Memory _ -> this;
      case Work(Asker asker, Deadline deadline) -> new Work(asker.about(reference), deadline);
    };
  }

  /**
   * The result of shared work; empty only when it is out of reach.
   *
   * @throws ProblemException as {@link SharedWork#get}
   */
  default <K, V> Optional<V> find(SharedWork<K, V> shared, K key, SharedWork.Work<V> work)
      throws ProblemException {
    return switch (this) {
      case Memory() -> shared.known(key);
      case Work(Asker asker, Deadline deadline) ->
          Optional.of(shared.get(key, asker, deadline, work));
    };
  }

  /** What the pod brings along; empty only when it is out of reach. */
  default Optional<Keychain> find(PodKeychains keychains, PodIdentity pod) {
    return switch (this) {
      case Memory() -> keychains.known(pod);
      case Work(_, Deadline deadline) -> Optional.of(keychains.read(pod, deadline));
    };
  }
}
