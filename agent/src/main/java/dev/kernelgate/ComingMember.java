// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.oci.PodKeychains;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * The agent's membership in a cluster, which is being made on another thread: the cluster's client
 * takes some tenths of a second to load. Nobody waits for it who does not need it.
 */
final class ComingMember {

  private final AgentConfig.Kubernetes configured;
  private final Optional<Future<ClusterMember>> member;

  private ComingMember(AgentConfig.Kubernetes configured, Optional<Future<ClusterMember>> member) {
    this.configured = configured;
    this.member = member;
  }

  /** Has a membership made where the configuration wants one. */
  static ComingMember madeBy(
      Callable<ClusterMember> maker, AgentConfig.Kubernetes configured, ExecutorService threads) {
    return new ComingMember(
        configured, configured.isEnabled() ? Optional.of(threads.submit(maker)) : Optional.empty());
  }

  /**
   * The membership, when it is there; none where none is wanted.
   *
   * @throws IOException if it cannot be made; the message is a sentence
   */
  Optional<ClusterMember> await() throws IOException {
    if (member.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(member.get().get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException told) {
        throw told;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("The start was interrupted.", e);
    }
  }

  /**
   * What pods bring along to fetch with. It is in the cluster: only where it counts does a check
   * need the client, and waits for it here.
   *
   * @throws IOException as {@link #await} does
   */
  PodKeychains keychains() throws IOException {
    return configured.usesPullSecrets()
        ? await().map(ClusterMember::keychains).orElseGet(PodKeychains.None::new)
        : new PodKeychains.None();
  }
}
