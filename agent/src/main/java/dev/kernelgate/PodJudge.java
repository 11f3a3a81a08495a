// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.KernelVerifier;
import dev.kernelgate.verification.NodePods;
import dev.kernelgate.verification.PodSource;
import dev.kernelgate.verification.PodVerdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges the node's pods before their launchers ask, and again from time to time: tags move,
 * signatures arrive late. What has not changed costs nothing, since the verifier remembers. One
 * thread asks where the pods come from; each pod is judged on a virtual thread of its own, and the
 * verifier bounds how many work at once.
 */
final class PodJudge implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PodJudge.class);

  private final PodSource source;
  private final KernelVerifier verifier;
  private final Ledger ledger;
  private final AgentStatus status;
  private final Surroundings surroundings;
  private final Pace pace;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread watcher = Thread.ofVirtual().name("pods").unstarted(this::watch);

  /**
   * How often.
   *
   * @param look time between two looks at the source
   * @param again time between two judgements of a pod that has not changed
   * @param budget time for one judgement
   */
  record Pace(Duration look, Duration again, Duration budget) {}

  PodJudge(
      PodSource source,
      KernelVerifier verifier,
      Ledger ledger,
      AgentStatus status,
      Surroundings surroundings,
      Pace pace) {
    this.source = source;
    this.verifier = verifier;
    this.ledger = ledger;
    this.status = status;
    this.surroundings = surroundings;
    this.pace = pace;
  }

  void start() {
    watcher.start();
  }

  @Override
  public void close() {
    end.countDown();
    watcher.interrupt();
  }

  private void watch() {
    long looksBetween = Math.max(1, pace.again().dividedBy(pace.look()));
    try {
      for (long look = 0; !end.await(pause(look), TimeUnit.MILLISECONDS); look++) {
        Optional<NodePods> changed = source.readIfChanged();
        changed.ifPresent(this::take);
        if (changed.isPresent() || look % looksBetween == 0) {
          judgeAll();
        }
      }
    } catch (InterruptedException _) {
      LOG.debug("stopped looking at pods");
    }
  }

  private long pause(long look) {
    return look == 0 ? 0 : pace.look().toMillis();
  }

  private void take(NodePods pods) {
    ledger.book().replacePods(pods.kernels());
    status.note(AgentStatus.Topic.PODS, pods.problems());
    pods.problems().forEach(problem -> LOG.warn("pods not known in full: {}", problem));
  }

  private void judgeAll() {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<PodVerdict> pods = ledger.book().pods();
      pods.forEach(pod -> threads.execute(() -> judge(pod)));
    }
  }

  private void judge(PodVerdict pod) {
    KernelRequest request =
        new KernelRequest(pod.kernel(), Optional.empty(), Optional.of(pod.pod()));
    long since = surroundings.nanoTime().getAsLong();
    Decision decision = verifier.verify(request, surroundings.deadlineIn(pace.budget()));
    ledger.judged(pod, decision, Duration.ofNanos(surroundings.nanoTime().getAsLong() - since));
  }
}
