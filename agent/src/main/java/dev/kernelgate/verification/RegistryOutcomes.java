// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.oci.FetchListener;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How each registry answered lately, by what real checks met; nobody is asked for this. Only
 * registries that the policy covers are ever asked, so that no pod can add another one. Safe for
 * any thread.
 */
public final class RegistryOutcomes implements FetchListener {

  /** Registries that are remembered, the longest unasked forgotten first. */
  static final int MAX_REGISTRIES = 64;

  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, RegistryHealth> registries = new LinkedHashMap<>(16, 0.75f, true);

  /** Nobody was asked. */
  public RegistryOutcomes(InstantSource clock) {
    this.clock = clock;
  }

  /** The registries that were asked. */
  public List<RegistryHealth> all() {
    lock.lock();
    try {
      return List.copyOf(registries.values());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void answered(BootSource source, Repository repository, boolean isThere) {
    if (source == BootSource.REGISTRY) {
      note(repository, Optional.empty());
    }
  }

  @Override
  public void failed(BootSource source, Repository repository, ProblemException failure) {
    if (source == BootSource.REGISTRY) {
      Reason reason = failure.problem().reason();
      // Who refuses our credentials, or sends too much, is there.
      boolean isReached =
          reason.outcome() != Outcome.UNDETERMINED || reason == Reason.REGISTRY_UNAUTHORIZED;
      note(repository, isReached ? Optional.empty() : Optional.of(reason));
    }
  }

  private void note(Repository repository, Optional<Reason> failure) {
    Instant now = clock.instant();
    lock.lock();
    try {
      RegistryHealth before =
          registries.getOrDefault(
              repository.registry(), RegistryHealth.unasked(repository.registry()));
      registries.put(
          repository.registry(),
          failure.map(reason -> before.failed(reason, now)).orElseGet(() -> before.answered(now)));
      if (registries.size() > MAX_REGISTRIES) {
        registries.remove(registries.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
  }
}
