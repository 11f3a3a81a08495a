// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.verification.Peer;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every question has its one answer in time, whatever the gate does and whoever else asks. */
@Timeout(20)
final class DeciderTest {

  private static final Peer NOISY = new Peer(1001, 1001, 1);
  private static final Peer QUIET = new Peer(1002, 1002, 2);

  private final FakeGate gate = new FakeGate();
  private final EventLoop loop = new DefaultEventLoop();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    gate.letGo.countDown();
    threads.shutdownNow();
    var _ = loop.shutdownGracefully();
  }

  private Decider decider(int places) {
    return new Decider(gate, threads, Duration.ofSeconds(10), System::nanoTime, places);
  }

  private CompletableFuture<Answer> ask(Decider decider, Peer peer, String image, int millis) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    DecideRequest request =
        new DecideRequest(KernelRequest.image(image), Optional.of(Duration.ofMillis(millis)));
    loop.execute(() -> decider.decide(request, peer, loop, answer::complete));
    return answer;
  }

  record Case(String name, String image, int status, String reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("remembered", "known", 403, "NoSignature"),
        new Case("at once", "delayed-0", 503, "InternalError"),
        new Case("after a while", "delayed-20", 503, "InternalError"),
        new Case("with an exception", "broken", 503, "InternalError"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void answersWhatTheGateDecides(Case expected) throws Exception {
    Answer answer = ask(decider(16), NOISY, expected.image(), 60_000).get();

    assertThat(answer.status().code()).isEqualTo(expected.status());
    assertThat(reason(answer)).isEqualTo(expected.reason());
  }

  /** On a loop whose clock stands, so that a busy machine cannot make it late. */
  @ParameterizedTest(name = "{0} ms: by {1}")
  @CsvSource({"2,1", "10,9", "100,90", "250,225", "1000,975", "60000,59975"})
  void answersBeforeTheDeadlineWhateverTheCheckDoes(int deadlineMillis, int byMillis) {
    List<Answer> answers = new ArrayList<>();
    EmbeddedChannel standing = new EmbeddedChannel();
    standing.freezeTime();
    Decider decider = new Decider(gate, _ -> {}, Duration.ofSeconds(10), () -> 0, 16);
    decider.decide(
        new DecideRequest(
            KernelRequest.image("hanging"), Optional.of(Duration.ofMillis(deadlineMillis))),
        NOISY,
        standing.eventLoop(),
        answers::add);

    standing.advanceTimeBy(TimeUnit.MILLISECONDS.toNanos(byMillis) - 1, TimeUnit.NANOSECONDS);
    standing.runScheduledPendingTasks();
    assertThat(answers).isEmpty();
    standing.advanceTimeBy(TimeUnit.MILLISECONDS.toNanos(1), TimeUnit.NANOSECONDS);
    standing.runScheduledPendingTasks();
    assertThat(answers)
        .singleElement()
        .extracting(DeciderTest::reason)
        .isEqualTo("DeadlineExceeded");
  }

  @Test
  void notesOneAnswerForAQuestionThoughTheCheckEndsLater() throws Exception {
    CompletableFuture<Answer> late = ask(decider(16), NOISY, "hanging", 20);
    assertThat(reason(late.get())).isEqualTo("DeadlineExceeded");
    gate.letGo.countDown();
    threads.shutdown();
    while (!threads.isTerminated()) {
      Thread.onSpinWait();
    }
    loop.submit(() -> {}).sync();

    assertThat(gate.answers).hasSize(1);
    assertThat(gate.peers).containsExactly(NOISY);
  }

  @Test
  void oneUserCannotTakeEveryPlace() throws Exception {
    Decider decider = decider(8);
    List<CompletableFuture<Answer>> noisy = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      noisy.add(ask(decider, NOISY, "hanging", 10_000));
    }
    Answer quiet = ask(decider, QUIET, "trusted", 5_000).get();

    assertThat(quiet.status().code()).isEqualTo(200);
    assertThat(noisy.stream().filter(CompletableFuture::isDone).toList())
        .as("20 questions, 6 of 8 places")
        .hasSize(14)
        .allSatisfy(refused -> assertThat(reason(refused.join())).isEqualTo("Overloaded"));
    assertThat(noisy.getLast().join().headers()).containsEntry("Retry-After", "1");
    assertThat(reason(ask(decider, NOISY, "known", 5_000).get()))
        .as("what is remembered needs no place")
        .isEqualTo("NoSignature");
  }

  @Test
  void placesAreFreeAgainWhenTheGateHasReturned() throws Exception {
    Decider decider = decider(1);
    assertThat(reason(ask(decider, NOISY, "hanging", 5).get())).isEqualTo("DeadlineExceeded");
    assertThat(reason(ask(decider, NOISY, "trusted", 1000).get()))
        .as("the gate still hangs")
        .isEqualTo("Overloaded");
    gate.letGo.countDown();

    awaitAPlace(decider);
  }

  @Test
  void placesAreFreeAgainWhenTheVirtualMachineFailed() throws Exception {
    Decider decider = decider(1);
    assertThat(reason(ask(decider, NOISY, "exhausted", 50).get())).isEqualTo("DeadlineExceeded");

    awaitAPlace(decider);
  }

  private void awaitAPlace(Decider decider) throws Exception {
    List<String> reasons = Collections.synchronizedList(new ArrayList<>());
    while (!reasons.contains("SignedIndex")) {
      reasons.add(reason(ask(decider, NOISY, "trusted", 1000).get()));
    }
    assertThat(reasons.subList(0, reasons.size() - 1)).allMatch("Overloaded"::equals);
  }

  private static String reason(Answer answer) {
    return String.valueOf(answer.headers().get("Kernelgate-Reason"));
  }
}
