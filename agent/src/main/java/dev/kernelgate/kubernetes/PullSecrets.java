// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.kubernetes.PullSecretMemory.Name;
import dev.kernelgate.oci.Keychain;
import dev.kernelgate.oci.PodKeychains;
import dev.kernelgate.oci.PullSecret;
import dev.kernelgate.verdict.Untrusted;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The {@code imagePullSecrets} of the node's zone pods. Each is read when somebody asks for it and
 * for no other reason, one at a time, and kept in memory only, for five minutes at most, as long as
 * {@link #forgetOld} is called. Safe for any thread.
 */
public final class PullSecrets implements PodKeychains, AutoCloseable {

  /** Between two calls of {@link #forgetOld}. */
  public static final Duration APART = Duration.ofSeconds(30);

  private static final Duration LONGEST_READ = Duration.ofSeconds(3);

  private final ClusterPods pods;
  private final PullSecretReader reader;
  private final PullSecretMemory memory;
  private final byte[] salt = new byte[32];
  private final ReentrantLock reading = new ReentrantLock();

  /** The secrets that these pods name. */
  public PullSecrets(Cluster cluster, ClusterPods pods, InstantSource clock) {
    this.pods = pods;
    this.reader = new PullSecretReader(cluster.exchange());
    this.memory = new PullSecretMemory(clock);
    new SecureRandom().nextBytes(salt);
  }

  /** Forgets what may no longer be used. */
  public void forgetOld() {
    memory.forgetOld();
  }

  @Override
  public Optional<Keychain> known(PodIdentity pod) {
    List<PullSecretReading> known = new ArrayList<>();
    for (Name name : namesOf(pod)) {
      Optional<PullSecretReading> fresh = memory.fresh(name);
      if (fresh.isEmpty()) {
        return Optional.empty();
      }
      known.add(fresh.get());
    }
    return Optional.of(keychain(known));
  }

  @Override
  public Keychain read(PodIdentity pod, Deadline deadline) {
    Deadline until = deadline.atMost(deadline.remaining().dividedBy(2)).atMost(LONGEST_READ);
    return keychain(namesOf(pod).stream().map(name -> reading(name, until)).toList());
  }

  @Override
  public void close() {
    memory.forgetAll();
  }

  private List<Name> namesOf(PodIdentity pod) {
    return pods.pullSecretsOf(pod).stream().map(name -> new Name(pod.namespace(), name)).toList();
  }

  /** One at a time: pods that start together mostly name the same secret. */
  private PullSecretReading reading(Name name, Deadline deadline) {
    Optional<PullSecretReading> fresh = memory.fresh(name);
    if (fresh.isPresent()) {
      return fresh.get();
    }
    try {
      if (!reading.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        return unasked(name);
      }
      try {
        Optional<PullSecretReading> meanwhile = memory.fresh(name);
        return meanwhile.isPresent() ? meanwhile.get() : readAnew(name, deadline);
      } finally {
        reading.unlock();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return unasked(name);
    }
  }

  private PullSecretReading readAnew(Name name, Deadline deadline) throws InterruptedException {
    if (deadline.isOver()) {
      return unasked(name);
    }
    return memory.keep(name, reader.read(name.namespace(), name.name(), deadline.remaining()));
  }

  private PullSecretReading unasked(Name name) {
    return memory
        .last(name)
        .orElseGet(
            () ->
                new PullSecretReading.Unanswered(
                    "there was no time to read pull secret "
                        + Untrusted.quote(name.namespace() + "/" + name.name())));
  }

  /**
   * The identity is a hash with a salt that no other process has: equal for equal configs in the
   * same order, whichever secrets they are in.
   */
  private Keychain keychain(List<PullSecretReading> readings) {
    List<PullSecret> usable = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    ByteArrayOutputStream hashed = new ByteArrayOutputStream();
    hashed.writeBytes(salt);
    for (PullSecretReading each : readings) {
      switch (each) {
        case PullSecretReading.Usable(PullSecret secret, Digest content) -> {
          usable.add(secret);
          hashed.writeBytes(content.toString().getBytes(StandardCharsets.US_ASCII));
        }
        case PullSecretReading.Unusable(String why) -> notes.add(why);
        case PullSecretReading.Unanswered(String why) -> notes.add(why);
      }
    }
    Optional<Digest> identity =
        usable.isEmpty() ? Optional.empty() : Optional.of(Digest.of(hashed.toByteArray()));
    return new Keychain(identity, usable, notes);
  }
}
