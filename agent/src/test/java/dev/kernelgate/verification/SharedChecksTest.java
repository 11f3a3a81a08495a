// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import static dev.kernelgate.testing.TestImages.kernel;
import static dev.kernelgate.testing.TestImages.kernelSaying;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.SignatureCandidate;
import dev.kernelgate.policy.Policy;
import dev.kernelgate.policy.SignatureFinding;
import dev.kernelgate.testing.Eventually;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.MemorySource;
import dev.kernelgate.testing.StallingSource;
import dev.kernelgate.testing.TestGate;
import dev.kernelgate.testing.TestVerifiers;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is shared between requests, for how long, and what never is. */
final class SharedChecksTest {

  private final MemorySource source = new MemorySource();
  private final FakeTime time = FakeTime.afterFixtures();
  private final StallingSource slow = new StallingSource(source, "registry.test");
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    slow.release();
    threads.shutdownNow();
  }

  private KernelVerifier verifier(
      ImageSource images, Executor executor, int concurrent, int waiting) {
    return verifier(
        images,
        new CheckSlots(executor, time::nanoTime, Duration.ofMinutes(1), concurrent, waiting),
        "*");
  }

  private KernelVerifier verifier(ImageSource images, CheckSlots slots, String glob) {
    SignatureVerifier nothingIsValid =
        new SignatureVerifier() {
          @Override
          public SignatureFinding verify(SignatureCandidate candidate) {
            return new SignatureFinding.Failed(new Problem(Reason.INVALID_SIGNATURE, "test"));
          }

          @Override
          public String trustRootRevision() {
            return "test";
          }
        };
    Policy policy = TestGate.releaseWorkflowFor("registry.test/" + glob);
    return TestVerifiers.of(images, nothingIsValid, policy, slots, time);
  }

  private Decision ask(KernelVerifier verifier, String image) {
    return verifier.verify(KernelRequest.image(image), time.deadlineIn(Duration.ofSeconds(30)));
  }

  @Test
  void aBurstOf500PodsWithFiveKernelsIsFiveChecks() throws Exception {
    for (int kernel = 0; kernel < 5; kernel++) {
      kernelSaying(source, "amd64", "amd64", "6.1." + kernel, "t" + kernel);
    }
    KernelVerifier verifier = verifier(slow, threads, 16, 256);

    List<Future<Decision>> answers =
        IntStream.range(0, 500)
            .mapToObj(
                pod -> {
                  KernelRequest request =
                      new KernelRequest(
                          new AskedKernel.Image("registry.test/kernel:t" + pod % 5),
                          Optional.empty(),
                          Optional.of(new PodIdentity("uid-" + pod, "default", "pod-" + pod)));
                  return threads.submit(
                      () -> verifier.verify(request, time.deadlineIn(Duration.ofSeconds(30))));
                })
            .toList();
    slow.release();

    for (int pod = 0; pod < 500; pod++) {
      Decision decision = answers.get(pod).get();
      assertThat(decision.verdict().reason()).isEqualTo(Reason.NO_SIGNATURE);
      assertThat(decision.request().pod().orElseThrow().name()).isEqualTo("pod-" + pod);
    }
    assertThat(source.asked()).filteredOn(asked -> asked.matches("t[0-4]")).hasSize(5);
    assertThat(source.asked()).filteredOn(asked -> asked.endsWith(".sig")).hasSize(5);
  }

  @Test
  void aRepeatAsksTheRegistryNothing() {
    kernel(source, "amd64", "t");
    KernelVerifier verifier = verifier(source, Runnable::run, 16, 16);
    Decision first = ask(verifier, "registry.test/kernel:t");
    int requests = source.asked().size();

    assertThat(ask(verifier, "registry.test/kernel:t").digest()).isEqualTo(first.digest());
    assertThat(verifier.known(KernelRequest.image("registry.test/kernel:t"))).isPresent();
    assertThat(source.asked()).hasSize(requests);
  }

  @Test
  void aDecisionIsGivenAgainOnlyWhileItsPartsAreRemembered() {
    kernel(source, "amd64", "t");
    KernelVerifier verifier = verifier(source, Runnable::run, 16, 16);
    KernelRequest request = KernelRequest.image("registry.test/kernel:t");
    ask(verifier, "registry.test/kernel:t");
    Decision known = verifier.known(request).orElseThrow();

    assertThat(verifier.known(request)).containsSame(known);
    time.advance(Duration.ofSeconds(31));
    assertThat(verifier.known(request)).isEmpty();
    ask(verifier, "registry.test/kernel:t");
    assertThat(verifier.known(request)).isPresent().get().isNotSameAs(known);
  }

  @Test
  void aRememberedDecisionIsNotGivenForAnotherBootDigest() {
    kernel(source, "amd64", "t");
    KernelVerifier verifier = verifier(source, Runnable::run, 16, 16);
    AskedKernel image = new AskedKernel.Image("registry.test/kernel:t");
    ask(verifier, "registry.test/kernel:t");
    verifier.known(KernelRequest.image("registry.test/kernel:t"));

    Optional<Decision> other =
        verifier.known(
            new KernelRequest(image, Optional.of(Digest.of(new byte[1])), Optional.empty()));

    assertThat(other.orElseThrow().verdict().reason()).isEqualTo(Reason.DIGEST_MISMATCH);
  }

  @Test
  void aTagIsResolvedAgainAfterHalfAMinuteAndTheVerdictFollowsTheDigest() {
    Digest old = kernelSaying(source, "amd64", "amd64", "6.1.0", "t");
    KernelVerifier verifier = verifier(source, Runnable::run, 16, 16);
    assertThat(ask(verifier, "registry.test/kernel:t").digest()).contains(old);
    Digest moved = kernelSaying(source, "amd64", "amd64", "6.2.0", "t");

    time.advance(Duration.ofSeconds(31));

    assertThat(verifier.known(KernelRequest.image("registry.test/kernel:t"))).isEmpty();
    assertThat(ask(verifier, "registry.test/kernel:t").digest()).contains(moved);
    assertThat(source.asked()).contains(moved.legacySignatureTag());
  }

  @Test
  void whatWasRejectedIsLookedAtAgainSinceTagsAreSignedAfterTheyArePushed() {
    Digest image = kernel(source, "amd64", "t");
    KernelVerifier verifier = verifier(source, Runnable::run, 16, 16);
    ask(verifier, "registry.test/kernel@" + image);

    time.advance(Duration.ofSeconds(31));
    ask(verifier, "registry.test/kernel@" + image);

    assertThat(source.asked()).filteredOn(image.legacySignatureTag()::equals).hasSize(2);
  }

  @Test
  void aVerdictIsNotSharedBetweenRepositoriesThoughTheDigestIsTheSame() {
    Digest image = kernel(source, "amd64");
    KernelVerifier verifier =
        verifier(
            source,
            new CheckSlots(Runnable::run, time::nanoTime, Duration.ofMinutes(1), 1, 1),
            "*");
    ask(verifier, "registry.test/one@" + image);
    ask(verifier, "registry.test/two@" + image);

    assertThat(source.asked()).filteredOn(image.legacySignatureTag()::equals).hasSize(2);
  }

  @Test
  void anUnansweredQuestionIsAskedAgainSoon() {
    Digest image = kernel(source, "amd64", "t");
    source.fail("t", new ProblemException(Reason.REGISTRY_UNREACHABLE, "connection refused"));
    KernelVerifier verifier = verifier(source, Runnable::run, 16, 16);
    ask(verifier, "registry.test/kernel:t");
    assertThat(ask(verifier, "registry.test/kernel:t").verdict().reason())
        .isEqualTo(Reason.REGISTRY_UNREACHABLE);
    assertThat(source.asked()).hasSize(1);
    source.heal("t");

    time.advance(Duration.ofSeconds(3));

    assertThat(ask(verifier, "registry.test/kernel:t").digest()).contains(image);
  }

  @Test
  void aCallerInAHurryGetsAnAnswerAndTheCheckGoesOn() {
    kernel(source, "amd64", "t");
    KernelVerifier verifier = verifier(slow, threads, 16, 16);
    KernelRequest request = KernelRequest.image("registry.test/kernel:t");

    Decision hurried = verifier.verify(request, time.deadlineIn(Duration.ofMillis(20)));
    slow.release();
    Decision patient = verifier.verify(request, time.deadlineIn(Duration.ofSeconds(30)));

    assertThat(hurried.verdict().reason()).isEqualTo(Reason.DEADLINE_EXCEEDED);
    assertThat(patient.verdict().reason()).isEqualTo(Reason.NO_SIGNATURE);
    assertThat(source.asked()).filteredOn("t"::equals).hasSize(1);
  }

  @Test
  void refusesAtOnceWhatIsBeyondItsBoundsAndForgetsThatItDid() {
    kernel(source, "amd64", "t0", "t1", "t2");
    KernelVerifier verifier = verifier(slow, threads, 1, 1);
    for (String tag : List.of("t0", "t1")) {
      verifier.verify(
          KernelRequest.image("registry.test/kernel:" + tag),
          time.deadlineIn(Duration.ofMillis(1)));
    }

    Decision refused = ask(verifier, "registry.test/kernel:t2");
    slow.release();

    assertThat(refused.verdict().reason()).isEqualTo(Reason.OVERLOADED);
    Eventually.holds(
        "a place is free, and what was refused is done",
        () -> ask(verifier, "registry.test/kernel:t2").verdict().reason() == Reason.NO_SIGNATURE);
  }
}
