// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.ahead;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.ledger.Ledger;
import dev.kernelgate.systemd.AgentMessage;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.KernelVerifier;
import dev.kernelgate.verification.NodePods;
import dev.kernelgate.verification.PodSource;
import dev.kernelgate.verification.PodVerdict;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges the node's pods before their launchers ask, and again from time to time: tags move,
 * signatures arrive late. One thread {@linkplain #look looks} where the pods come from; each pod
 * has a turn of its own, on a virtual thread, so that none waits for another's registry. There is
 * one turn for each pod of the source at most, and that is the bound; the verifier bounds how many
 * of them work.
 */
public final class PodJudge implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PodJudge.class);

  /** Between two looks at the source. */
  public static final Duration LOOK = Duration.ofSeconds(1);

  private final PodSource source;
  private final KernelVerifier verifier;
  private final Ledger ledger;
  private final Consumer<NodePods> seen;
  private final LongSupplier nanoTime;
  private final Pace pace;
  private final ConcurrentMap<PodIdentity, Turn> turns = new ConcurrentHashMap<>();
  private final AtomicLong rounds = new AtomicLong();
  private volatile boolean isClosed;

  /** Where a pod stands; about the kernel that it asked for then. */
  private sealed interface Turn {
    AskedKernel kernel();

    /** It is being judged. */
    record Running(AskedKernel kernel, Thread thread) implements Turn {}

    /** It was judged, and will be again at this time of the monotonic clock. */
    record Waiting(AskedKernel kernel, long dueNanos) implements Turn {}
  }

  /**
   * Has judged nothing yet.
   *
   * @param ledger knows the pods, and is told what came of them
   * @param seen is told what the source said whenever that has changed; must not wait
   */
  public PodJudge(
      PodSource source,
      KernelVerifier verifier,
      Ledger ledger,
      Consumer<NodePods> seen,
      LongSupplier nanoTime,
      Pace pace) {
    this.source = source;
    this.verifier = verifier;
    this.ledger = ledger;
    this.seen = seen;
    this.nanoTime = nanoTime;
    this.pace = pace;
  }

  /** Gives up the turns under way, once nobody looks any more. */
  @Override
  public void close() {
    isClosed = true;
    turns.values().forEach(PodJudge::giveUp);
  }

  /** Takes what is new from the source and begins the turns that are due; waits for none. */
  public void look() {
    source.readIfChanged().ifPresent(this::take);
    List<PodVerdict> pods = ledger.book().pods();
    Set<PodIdentity> present =
        pods.stream().map(PodVerdict::pod).collect(Collectors.toCollection(HashSet::new));
    turns.forEach(
        (pod, turn) -> {
          if (!present.contains(pod) && turns.remove(pod, turn)) {
            giveUp(turn);
          }
        });
    pods.forEach(this::beginIfDue);
  }

  /** Judges every pod again with the next look: what it is judged by has changed. */
  public void judgeAnew() {
    // The number first: a turn that ends in between sees one of the two.
    rounds.incrementAndGet();
    turns.values().removeIf(Turn.Waiting.class::isInstance);
  }

  /** Turns under way. */
  public long running() {
    return turns.values().stream().filter(Turn.Running.class::isInstance).count();
  }

  private void take(NodePods pods) {
    if (pods.knowledge() == NodePods.Knowledge.KNOWN) {
      ledger.book().replacePods(pods.kernels());
    }
    if (pods.problems().isEmpty()) {
      ledger.book().forgetOtherPods();
    }
    seen.accept(pods);
    pods.problems()
        .forEach(
            problem ->
                LOG.atWarn()
                    .addMarker(AgentMessage.PODS_UNCLEAR.marker())
                    .log("pods not known in full: {}", problem));
  }

  private void beginIfDue(PodVerdict pod) {
    Optional<Turn> last = Optional.ofNullable(turns.get(pod.pod()));
    if (last.filter(turn -> isStillGood(turn, pod)).isPresent()) {
      return;
    }
    Thread thread = Thread.ofVirtual().name("pod-turn").unstarted(() -> judge(pod));
    turns.put(pod.pod(), new Turn.Running(pod.kernel(), thread));
    // Only now, or the old turn could end in time to be taken for the latest one.
    last.ifPresent(PodJudge::giveUp);
    thread.start();
  }

  private boolean isStillGood(Turn turn, PodVerdict pod) {
    return turn.kernel().equals(pod.kernel())
        && switch (turn) {
          case Turn.Running(_, Thread thread) -> thread.isAlive();
          case Turn.Waiting(_, long due) -> due - nanoTime.getAsLong() > 0;
        };
  }

  /** Nobody waits for this turn any more. The check that it shares goes on for the others. */
  private static void giveUp(Turn turn) {
    if (turn instanceof Turn.Running(_, Thread thread)) {
      thread.interrupt();
    }
  }

  private void judge(PodVerdict pod) {
    Turn.Running mine = new Turn.Running(pod.kernel(), Thread.currentThread());
    long round = rounds.get();
    long since = nanoTime.getAsLong();
    Decision now = decide(pod, pod.kernel());
    Decision decision =
        pod.mayRun().map(before -> now.orWorseOfBefore(decide(pod, before))).orElse(now);
    long end = nanoTime.getAsLong();
    Turn.Waiting next = new Turn.Waiting(pod.kernel(), end + pace.after(decision).toNanos());
    // What came of a turn that was given up is nobody's verdict.
    if (!isClosed && turns.replace(pod.pod(), mine, next)) {
      ledger.judged(pod, decision, Duration.ofNanos(end - since));
      if (round != rounds.get()) {
        turns.remove(pod.pod(), next);
      }
    }
  }

  private Decision decide(PodVerdict pod, AskedKernel asked) {
    return verifier.verify(
        new KernelRequest(asked, Optional.empty(), Optional.of(pod.pod()), pod.boot()),
        Deadline.after(pace.budget(), nanoTime));
  }
}
