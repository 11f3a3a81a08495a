// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.KernelRequest;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
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

  record Delay(String name, String image, int deadlineMillis, int status, String reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Delay> delays() {
    return Stream.of(
        new Delay("remembered", "known", 5000, 403, "NoSignature"),
        new Delay("at once", "delayed-0", 5000, 503, "InternalError"),
        new Delay("well before", "delayed-20", 5000, 503, "InternalError"),
        new Delay("at the deadline", "delayed-1000", 1000, 503, ""),
        new Delay("after it", "delayed-2000", 1000, 503, "DeadlineExceeded"),
        new Delay("much later", "delayed-60000", 1000, 503, "DeadlineExceeded"),
        new Delay("never, with next to no time", "hanging", 1, 503, "DeadlineExceeded"),
        new Delay("never", "hanging", 1000, 503, "DeadlineExceeded"),
        new Delay("with an exception", "broken", 5000, 503, "InternalError"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("delays")
  void answersBeforeTheDeadline(Delay delay) throws Exception {
    long start = System.nanoTime();
    Answer answer = ask(decider(16), NOISY, delay.image(), delay.deadlineMillis()).get();
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    assertThat(answer.status().code()).isEqualTo(delay.status());
    assertThat(answer.headers().get("Kernelgate-Reason")).contains(delay.reason());
    // One millisecond is over before anybody can be asked; that it is answered is all.
    if (delay.deadlineMillis() > 1) {
      assertThat(took).isLessThan(Duration.ofMillis(delay.deadlineMillis()));
    }
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
