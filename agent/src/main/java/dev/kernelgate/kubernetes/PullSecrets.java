// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.oci.Keychain;
import dev.kernelgate.oci.PodKeychains;
import dev.kernelgate.oci.PullSecret;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code imagePullSecrets} of the node's zone pods. Each is read when somebody asks for it and
 * for no other reason, one at a time, and kept in memory only, for {@link #KEPT} at most. Owns that
 * memory, guarded by a lock; one thread of its own forgets.
 */
public final class PullSecrets implements PodKeychains, AutoCloseable {

  /** For how long a secret is used without asking whether it has changed. */
  static final Duration FRESH = Duration.ofSeconds(30);

  /** For how long it is used while the API server does not say, after which it is forgotten. */
  static final Duration KEPT = Duration.ofMinutes(5);

  /** Secrets that are kept at once, the longest unused forgotten first. */
  static final int MAX_SECRETS = 64;

  private static final Duration AFTER_SILENCE = Duration.ofSeconds(5);
  private static final Duration LONGEST_READ = Duration.ofSeconds(3);
  private static final Logger LOG = LoggerFactory.getLogger(PullSecrets.class);

  private final ClusterPods pods;
  private final PullSecretReader reader;
  private final InstantSource clock;
  private final byte[] salt = new byte[32];
  private final ReentrantLock reading = new ReentrantLock();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Name, Known> secrets = new LinkedHashMap<>(16, 0.75f, true);
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread = Thread.ofVirtual().name("pull-secrets").unstarted(this::run);

  private record Name(String namespace, String name) {}

  /** A reading, when it was made, and until when nobody asks again. */
  private record Known(PullSecretReading reading, Instant readAt, Instant freshUntil) {}

  /** The secrets that these pods name; {@link #start} begins to forget them in time. */
  public PullSecrets(Cluster cluster, ClusterPods pods, InstantSource clock) {
    this.pods = pods;
    this.reader = new PullSecretReader(cluster.exchange());
    this.clock = clock;
    new SecureRandom().nextBytes(salt);
  }

  public void start() {
    thread.start();
  }

  @Override
  public Optional<Keychain> known(PodIdentity pod) {
    List<PullSecretReading> known = new ArrayList<>();
    for (Name name : namesOf(pod)) {
      Optional<PullSecretReading> fresh = fresh(name);
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
    end.countDown();
    thread.interrupt();
    lock.lock();
    try {
      secrets.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what was read too long ago. */
  void forgetOld() {
    lock.lock();
    try {
      secrets.values().removeIf(known -> !isKept(known));
    } finally {
      lock.unlock();
    }
  }

  /** How many are in memory. */
  int kept() {
    lock.lock();
    try {
      return secrets.size();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      while (!end.await(FRESH.toMillis(), TimeUnit.MILLISECONDS)) {
        forgetOld();
      }
    } catch (InterruptedException _) {
      LOG.debug("stopped looking after pull secrets");
    }
  }

  private List<Name> namesOf(PodIdentity pod) {
    return pods.pullSecretsOf(pod).stream().map(name -> new Name(pod.namespace(), name)).toList();
  }

  private Optional<PullSecretReading> fresh(Name name) {
    return find(name)
        .filter(known -> clock.instant().isBefore(known.freshUntil()))
        .map(Known::reading);
  }

  private Optional<Known> find(Name name) {
    lock.lock();
    try {
      return Optional.ofNullable(secrets.get(name)).filter(this::isKept);
    } finally {
      lock.unlock();
    }
  }

  private boolean isKept(Known known) {
    return clock.instant().isBefore(known.readAt().plus(KEPT));
  }

  /** One at a time: pods that start together mostly name the same secret. */
  private PullSecretReading reading(Name name, Deadline deadline) {
    Optional<PullSecretReading> fresh = fresh(name);
    if (fresh.isPresent()) {
      return fresh.get();
    }
    try {
      if (!reading.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        return unasked(name);
      }
      try {
        Optional<PullSecretReading> meanwhile = fresh(name);
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
    PullSecretReading read = reader.read(name.namespace(), name.name(), deadline.remaining());
    Instant now = clock.instant();
    Known known =
        switch (read) {
          case PullSecretReading.Unanswered _ ->
              find(name)
                  .map(old -> new Known(old.reading(), old.readAt(), now.plus(AFTER_SILENCE)))
                  .orElseGet(() -> new Known(read, now, now.plus(AFTER_SILENCE)));
          case PullSecretReading.Usable _, PullSecretReading.Unusable _ ->
              new Known(read, now, now.plus(FRESH));
        };
    keep(name, known);
    return known.reading();
  }

  private void keep(Name name, Known known) {
    lock.lock();
    try {
      if (end.getCount() > 0) {
        secrets.put(name, known);
      }
      if (secrets.size() > MAX_SECRETS) {
        secrets.remove(secrets.keySet().iterator().next());
      }
    } finally {
      lock.unlock();
    }
  }

  private PullSecretReading unasked(Name name) {
    return find(name)
        .map(Known::reading)
        .orElseGet(
            () ->
                new PullSecretReading.Unanswered(
                    "there was no time to read pull secret "
                        + name.namespace()
                        + "/"
                        + name.name()));
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
