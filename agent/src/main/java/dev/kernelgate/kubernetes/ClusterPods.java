// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.verdict.Untrusted;
import dev.kernelgate.verification.NodePods;
import dev.kernelgate.verification.PodSource;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's pods as the API server tells them. An informer follows them; because a watch can go
 * quiet without an error, the pods are also listed from time to time, and sooner after a failure or
 * in silence. While the API server is away the last known pods stay, and {@link NodePods#problems}
 * says so from the first attempt that fails. Two kinds of threads: the client's only change the
 * table and note failures, one of ours lists.
 */
public final class ClusterPods implements PodSource, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterPods.class);

  private final Cluster cluster;
  private final Set<String> runtimeClasses;
  private final Pace pace;
  private final InstantSource clock;
  private final PodTable table = new PodTable(this::heard);
  private final AtomicReference<Optional<String>> problem = new AtomicReference<>(Optional.empty());
  private final Semaphore failures = new Semaphore(0);
  private final Thread lister = Thread.ofVirtual().name("pod-lister").unstarted(this::listAgain);
  private volatile SharedIndexInformer<ApiPod> informer;
  private volatile boolean isListed;
  private Seen seen = new Seen(-1, List.of());

  /**
   * How often the pods are listed.
   *
   * @param quiet time between two lists; nodes that start together drift apart by a tenth of it
   * @param silent time without a word, bookmarks included, after which the pods are listed
   * @param failed time from a failure to the next list
   */
  public record Pace(Duration quiet, Duration silent, Duration failed) {

    /**
     * With 5,000 nodes some 17 lists a second, each of one node's pods. A sound API server sends a
     * bookmark about once a minute.
     */
    public static Pace usual() {
      return new Pace(Duration.ofMinutes(5), Duration.ofSeconds(90), Duration.ofSeconds(10));
    }
  }

  /** What the informer's own attempts show. */
  private final class Traffic implements PodTraffic.Listener {
    @Override
    public void answers() {
      heard();
    }

    @Override
    public void fails(String why) {
      failed(why);
    }
  }

  /** What the last answer was made of. */
  private record Seen(long version, List<String> problems) {}

  /**
   * The pods of the cluster's node; {@link #start} begins.
   *
   * @param runtimeClasses runtime classes whose pods boot a zone kernel
   */
  public ClusterPods(Cluster cluster, Set<String> runtimeClasses, Pace pace, InstantSource clock) {
    this.cluster = cluster;
    this.runtimeClasses = Set.copyOf(runtimeClasses);
    this.pace = pace;
    this.clock = clock;
    this.informer = newInformer();
  }

  /** Begins to follow the pods; does not wait for the API server. */
  public void start() {
    cluster.traffic().tell(new Traffic());
    informer.start();
    lister.start();
  }

  @Override
  public Optional<NodePods> readIfChanged() {
    List<String> problems = problems();
    // The version before the content: a change between the two is seen again, never missed.
    Seen now = new Seen(table.version(), problems);
    if (!isKnown() || now.equals(seen)) {
      return Optional.empty();
    }
    seen = now;
    List<ApiPod> zones =
        table.snapshot().stream().filter(pod -> PodReading.isZone(pod, runtimeClasses)).toList();
    Map<PodIdentity, AskedKernel> kernels = new LinkedHashMap<>();
    zones.forEach(pod -> kernels.put(PodReading.identity(pod), PodReading.kernel(pod)));
    Optional<Instant> newestStart =
        zones.stream().flatMap(pod -> PodReading.runsSince(pod).stream()).max(Instant::compareTo);
    return Optional.of(new NodePods(kernels, problems, newestStart));
  }

  /**
   * The names of a pod's pull secrets; none unless it is a zone pod of this node under exactly this
   * uid, namespace and name. What the pod's service account has is among them: the API server
   * copies it into the pod.
   */
  List<String> pullSecretsOf(PodIdentity pod) {
    return Optional.ofNullable(table.get(pod.qualifiedName()))
        .filter(known -> PodReading.identity(known).equals(pod) && !pod.uid().isEmpty())
        .filter(known -> PodReading.isZone(known, runtimeClasses))
        .map(PodReading::pullSecrets)
        .orElse(List.of());
  }

  @Override
  public void close() {
    lister.interrupt();
    informer.stop();
  }

  /** Before the first complete list, no pods and unknown pods look the same. */
  private boolean isKnown() {
    return isListed || informer.hasSynced();
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    problem.get().ifPresent(problems::add);
    if (table.isOverfull()) {
      problems.add("the node has more than " + PodTable.MAX_PODS + " pods; the rest is not judged");
    }
    return problems;
  }

  private SharedIndexInformer<ApiPod> newInformer() {
    return cluster
        .pods()
        .runnableInformer(0)
        .itemStore(table)
        .exceptionHandler(
            (_, failure) -> {
              failed(String.valueOf(failure.getMessage()));
              return true;
            });
  }

  private void heard() {
    if (problem.getAndSet(Optional.empty()).isPresent()) {
      LOG.info("the API server tells the node's pods again");
    }
  }

  private void failed(String why) {
    String cause = Untrusted.quote(why);
    String told =
        "the API server does not tell the node's pods since %s, the last known ones count: %s"
            .formatted(clock.instant().truncatedTo(ChronoUnit.SECONDS), cause);
    if (problem.compareAndSet(Optional.empty(), Optional.of(told))) {
      LOG.warn("{}", told);
      failures.release();
    }
  }

  private void listAgain() {
    try {
      Duration sinceList = Duration.ZERO;
      while (!Thread.currentThread().isInterrupted()) {
        Duration wait = jittered(shorter(pace.silent(), pace.quiet().minus(sinceList)));
        long chunksBefore = cluster.traffic().chunks();
        if (failures.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
          Thread.sleep(jittered(pace.failed()));
          sinceList = pace.quiet();
        }
        sinceList = sinceList.plus(wait);
        boolean isSilent = cluster.traffic().chunks() == chunksBefore;
        if (isSilent || sinceList.compareTo(pace.quiet()) >= 0) {
          list();
          sinceList = Duration.ZERO;
        }
      }
    } catch (InterruptedException _) {
      LOG.debug("stopped listing pods");
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  private void list() {
    long before = table.version();
    try {
      if (!informer.isRunning()) {
        LOG.warn("the informer has ended; a new one begins");
        informer = newInformer();
        informer.start();
      }
      table.replaceIfUnheardSince(before, cluster.pods().list().getItems());
      isListed = true;
      heard();
      failures.drainPermits();
    } catch (RuntimeException e) {
      // Whatever it is: nobody else lists the pods, so this thread must not end.
      failed(String.valueOf(e.getMessage()));
      failures.release();
    }
  }

  /** Between nine and eleven tenths. */
  private static Duration jittered(Duration duration) {
    return duration.multipliedBy(ThreadLocalRandom.current().nextLong(900, 1100)).dividedBy(1000);
  }
}
