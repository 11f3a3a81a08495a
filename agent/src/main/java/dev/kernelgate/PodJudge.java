// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.systemd.AgentMessage;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Verdict;
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
final class PodJudge implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PodJudge.class);

  /** Between two looks at the source. */
  static final Duration LOOK = Duration.ofSeconds(1);

  private final PodSource source;
  private final KernelVerifier verifier;
  private final Ledger ledger;
  private final AgentStatus status;
  private final Surroundings surroundings;
  private final Pace pace;
  private final ConcurrentMap<PodIdentity, Turn> turns = new ConcurrentHashMap<>();
  private final AtomicLong rounds = new AtomicLong();
  private volatile boolean isClosed;

  /**
   * How often. The two times between judgements are a tenth more or less, so that nodes that
   * started together drift apart.
   *
   * @param trusted time between two judgements of a pod whose kernel is trusted
   * @param other the same of a pod whose kernel is not, which somebody may be mending
   * @param budget time for one judgement
   */
  record Pace(Duration trusted, Duration other, Duration budget) {

    /** Five minutes for trusted pods, half a minute for the others. */
    static Pace usual(Duration budget) {
      return new Pace(Duration.ofMinutes(5), Duration.ofSeconds(30), budget);
    }

    /**
     * How long a decision is left alone; another time at each call. What is being worked out is
     * asked for again as soon as it says.
     */
    Duration after(Decision decision) {
      return Turns.about(
          switch (decision.verdict()) {
            case Verdict.Trusted _ -> trusted;
            case Verdict.Undetermined(Reason reason, _, Optional<Duration> retryAfter)
                when reason == Reason.PENDING ->
                retryAfter.orElse(other);
            case Verdict.Undetermined _, Verdict.Rejected _ -> other;
          });
    }
  }

  /** Where a pod stands; about the kernel that it asked for then. */
  private sealed interface Turn {
    AskedKernel kernel();

    /** It is being judged. */
    record Running(AskedKernel kernel, Thread thread) implements Turn {}

    /** It was judged, and will be again at this time of the monotonic clock. */
    record Waiting(AskedKernel kernel, long dueNanos) implements Turn {}
  }

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

  /** Gives up the turns under way, once nobody looks any more. */
  @Override
  public void close() {
    isClosed = true;
    turns.values().forEach(PodJudge::giveUp);
  }

  /** Takes what is new from the source and begins the turns that are due; waits for none. */
  void look() {
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
  void judgeAnew() {
    // The number first: a turn that ends in between sees one of the two.
    rounds.incrementAndGet();
    turns.values().removeIf(Turn.Waiting.class::isInstance);
  }

  /** Turns under way. */
  long running() {
    return turns.values().stream().filter(Turn.Running.class::isInstance).count();
  }

  private void take(NodePods pods) {
    if (pods.knowledge() == NodePods.Knowledge.KNOWN) {
      ledger.book().replacePods(pods.kernels());
    }
    if (pods.problems().isEmpty()) {
      ledger.book().forgetOtherPods();
    }
    status.note(pods);
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
          case Turn.Waiting(_, long due) -> due - surroundings.nanoTime().getAsLong() > 0;
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
    long since = surroundings.nanoTime().getAsLong();
    Decision now = decide(pod, pod.kernel());
    Decision decision =
        pod.mayRun().map(before -> now.orWorseOfBefore(decide(pod, before))).orElse(now);
    long end = surroundings.nanoTime().getAsLong();
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
        surroundings.deadlineIn(pace.budget()));
  }
}
