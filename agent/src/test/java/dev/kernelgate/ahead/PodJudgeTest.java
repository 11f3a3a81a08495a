// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.ahead;

import static dev.kernelgate.testing.TestImages.kernel;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.BootRecord;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.InvalidReferenceException;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.PodBoot;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.ledger.Ledger;
import dev.kernelgate.policy.DigestLists;
import dev.kernelgate.policy.ImageGlob;
import dev.kernelgate.policy.KernelRequirements;
import dev.kernelgate.policy.Mode;
import dev.kernelgate.policy.Policy;
import dev.kernelgate.policy.PolicyRule;
import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.MemorySource;
import dev.kernelgate.testing.StallingSource;
import dev.kernelgate.testing.TestGate;
import dev.kernelgate.testing.TestVerifiers;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.CheckSlots;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.KernelVerifier;
import dev.kernelgate.verification.NodePods;
import dev.kernelgate.verification.PodVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whose turn it is to be judged, with one registry that does not answer and a clock of its own. */
@Timeout(60)
final class PodJudgeTest {

  private static final Pace PACE = Pace.usual(Duration.ofSeconds(10));

  private final FakeTime time = FakeTime.afterFixtures();
  private final StallingSource source = new StallingSource(images(), "slow.test");
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ConcurrentLinkedQueue<String> news = new ConcurrentLinkedQueue<>();
  private final Ledger ledger =
      Ledger.empty()
          .telling((pod, decision) -> news.add(pod.name() + " " + decision.verdict().reason()));
  private final Map<PodIdentity, AskedKernel> asked = new LinkedHashMap<>();
  private final PodJudge judge = judge();
  private List<String> problems = List.of();
  private Optional<NodePods> unknown = Optional.empty();
  private boolean isChanged;

  @AfterEach
  void close() {
    judge.close();
    source.release();
    threads.shutdownNow();
  }

  @Test
  void aPodWhoseRegistryDoesNotAnswerKeepsNoOtherWaiting() {
    for (int pod = 0; pod < 100; pod++) {
      put("slow-" + pod, "slow.test/kernel:" + pod);
    }
    judge.look();
    Eventually.holds("the slow registry is asked", () -> source.waiting() == 12);

    put("new", "fast.test/kernel:1");
    judge.look();

    Eventually.holds("the new pod is judged", () -> reasonOf("new") == Reason.NO_SIGNATURE);
    assertThat(reasonOf("slow-0")).isEqualTo(Reason.PENDING);
    assertThat(judge.running()).isEqualTo(100);
  }

  @Test
  void aPodThatChangesDuringItsCheckIsJudgedAgainAtOnceAndTheOldVerdictIsNotTold() {
    put("web", "slow.test/kernel:1");
    judge.look();
    Eventually.holds("it is checked", () -> source.waiting() == 1);
    put("web", "fast.test/kernel:2");
    judge.look();

    Eventually.holds("it is judged", () -> reasonOf("web") == Reason.NO_SIGNATURE);
    source.release();
    assertThat(news).containsExactly("web NoSignature");
    assertThat(judge.running()).isZero();
  }

  @Test
  void anAnnotationThatChangesLaterMakesNoVerdictBetter() {
    put("web", "fast.test/kernel:1");
    judge.look();
    Eventually.holds("it is judged", () -> reasonOf("web") == Reason.NO_SIGNATURE);
    put("web", "good.test/kernel:1");
    judge.look();

    Eventually.holds("it is judged again", () -> pod("web").decision().isPresent());
    Decision decision = pod("web").decision().orElseThrow();
    assertThat(decision.verdict().reason()).isEqualTo(Reason.NO_SIGNATURE);
    assertThat(decision.alternative().orElseThrow().reason()).isEqualTo(Reason.ALLOWED_DIGEST);
    assertThat(decision.message())
        .contains("annotations have changed", "may run good.test/kernel:1 instead");
    assertThat(pod("web").kernel()).isEqualTo(new AskedKernel.Image("good.test/kernel:1"));

    put("web", "good.test/kernel:1", "uid-of-the-next");
    judge.look();
    Eventually.holds("the next is judged", () -> reasonOf("web") == Reason.ALLOWED_DIGEST);
  }

  @Test
  void aTurnThatEndsAfterTheRulesChangedIsTakenAgain() {
    put("web", "slow.test/kernel:1");
    judge.look();
    Eventually.holds("it is checked", () -> source.waiting() == 1);
    judge.judgeAnew();
    source.release();
    Eventually.holds("it is judged", () -> reasonOf("web") == Reason.NO_SIGNATURE);
    Instant first = judgedAt("web");
    time.advance(Duration.ofMillis(1));

    Eventually.holds(
        "it is judged by the new rules",
        () -> {
          judge.look();
          return judgedAt("web").isAfter(first);
        });
  }

  @Test
  void eachPodHasOneTurnHoweverOftenItChanges() {
    for (int change = 0; change < 50; change++) {
      put("web", "slow.test/kernel:" + change % 2);
      judge.look();
    }
    assertThat(judge.running()).isEqualTo(1);
    source.release();
    Eventually.holds("the last wish is judged", () -> reasonOf("web") == Reason.NO_SIGNATURE);
  }

  @Test
  void whatCameOfAPodThatHasGoneIsNotTold() {
    put("web", "slow.test/kernel:1");
    judge.look();
    Eventually.holds("it is checked", () -> source.waiting() == 1);
    asked.clear();
    isChanged = true;
    judge.look();
    source.release();
    assertThat(judge.running()).isZero();
    assertThat(ledger.book().pods()).isEmpty();
    assertThat(news).isEmpty();
  }

  @Test
  void aPodThatIsNotTrustedIsJudgedAgainAfterHalfAMinute() {
    put("web", "fast.test/kernel:1");
    judge.look();
    Eventually.holds("it is judged", () -> reasonOf("web") == Reason.NO_SIGNATURE);
    Instant first = judgedAt("web");

    time.advance(Duration.ofSeconds(26));
    judge.look();
    assertThat(judge.running()).isZero();
    time.advance(Duration.ofSeconds(8));
    judge.look();
    Eventually.holds("it is judged again", () -> judgedAt("web").isAfter(first));
    assertThat(news).hasSize(1);
  }

  @Test
  void podsStayAsTheyWereWhileTheirSourceCannotBeRead() {
    assertThat(ledger.book().condition().reason()).isEqualTo("PodsUnknown");
    unknown = Optional.of(NodePods.unknown(List.of("the directory cannot be listed")));
    judge.look();
    assertThat(ledger.book().condition().reason()).isEqualTo("PodsUnknown");

    unknown = Optional.empty();
    put("web", "fast.test/kernel:1");
    judge.look();
    Eventually.holds("it is judged", () -> reasonOf("web") == Reason.NO_SIGNATURE);
    unknown = Optional.of(NodePods.unknown(List.of("the directory cannot be listed")));
    judge.look();
    assertThat(ledger.book().condition().status()).isEqualTo("False");
  }

  @Test
  void notesAboutOtherPodsAreDroppedOnlyOnceAllPodsAreKnown() throws InvalidReferenceException {
    PodBoot note =
        new PodBoot(
            "uid-gone",
            new AskedKernel.Image("fast.test/kernel:1"),
            new BootRecord(
                KernelReference.parse("fast.test/kernel:1"),
                Digest.of(new byte[0]),
                time.instant(),
                BootRecord.Certainty.LAUNCHED));
    ledger.book().restore(List.of(note));
    judge.look();
    assertThat(ledger.book().boots()).containsExactly(note);

    problems = List.of("one manifest cannot be read");
    isChanged = true;
    judge.look();
    assertThat(ledger.book().boots()).containsExactly(note);

    problems = List.of();
    isChanged = true;
    judge.look();
    assertThat(ledger.book().boots()).isEmpty();
  }

  private static MemorySource images() {
    MemorySource images = new MemorySource();
    kernel(
        images,
        "amd64",
        IntStream.range(0, 100).mapToObj(Integer::toString).toArray(String[]::new));
    return images;
  }

  private void put(String name, String image) {
    put(name, image, "uid");
  }

  private void put(String name, String image, String uid) {
    asked.keySet().removeIf(pod -> pod.name().equals(name));
    asked.put(new PodIdentity(uid, "default", name), new AskedKernel.Image(image));
    isChanged = true;
  }

  /** Nothing is signed; what comes from one registry is allowed by its digest. */
  private static Policy policy() {
    List<PolicyRule> rules = new ArrayList<>();
    rules.add(
        new PolicyRule(
            "good",
            List.of(new ImageGlob("good.test/kernel")),
            Mode.ENFORCE,
            List.of(),
            new DigestLists(Set.of(kernel(new MemorySource(), "amd64")), Set.of()),
            KernelRequirements.none()));
    rules.addAll(TestGate.releaseWorkflowFor("*.test/kernel").rules());
    return new Policy(Mode.ENFORCE, rules, Set.of());
  }

  private Optional<NodePods> pods() {
    boolean isNew = isChanged;
    isChanged = false;
    if (unknown.isPresent()) {
      return unknown;
    }
    return isNew ? Optional.of(new NodePods(asked, problems)) : Optional.empty();
  }

  private PodVerdict pod(String name) {
    return ledger.book().pods().stream()
        .filter(pod -> pod.pod().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Reason reasonOf(String name) {
    return pod(name).reason();
  }

  private Instant judgedAt(String name) {
    return pod(name).decision().orElseThrow().decidedAt();
  }

  private PodJudge judge() {
    CheckSlots slots = new CheckSlots(threads, time::nanoTime, Duration.ofSeconds(10), 16, 1024);
    KernelVerifier verifier =
        TestVerifiers.of(source, TestGate.fixtureSignatures(), policy(), slots, time);
    return new PodJudge(this::pods, verifier, ledger, _ -> {}, time::nanoTime, PACE);
  }
}
