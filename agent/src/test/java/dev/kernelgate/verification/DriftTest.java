// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import static dev.kernelgate.testing.TestImages.INDEX;
import static dev.kernelgate.testing.TestImages.attachBundle;
import static dev.kernelgate.testing.TestImages.entry;
import static dev.kernelgate.testing.TestImages.index;
import static dev.kernelgate.testing.TestImages.kernelSaying;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.BootRecord;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.MemorySource;
import dev.kernelgate.testing.ReleaseSignatures;
import dev.kernelgate.testing.TestVerifiers;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said about a pod that runs, when the tag that it was booted from moves. */
final class DriftTest {

  private static final AskedKernel WISH =
      new AskedKernel.Image("ghcr.io/edera-dev/zone-kernel:6.15");
  private static final PodIdentity POD = new PodIdentity("uid", "default", "web");
  private static final Duration BUDGET = Duration.ofSeconds(5);

  private final MemorySource registry = new MemorySource();
  private final FakeTime time = FakeTime.afterFixtures();
  private final Digest signed = kernelSaying(registry, "amd64", "amd64", "6.15.5");
  private final Digest unsigned = kernelSaying(registry, "amd64", "amd64", "6.15.6");
  private final VerdictBook book = new VerdictBook();
  private final KernelVerifier verifier =
      TestVerifiers.edera(registry, new ReleaseSignatures(), time);

  @BeforeEach
  void startThePod() {
    attachBundle(registry, Digest.of(indexOf(signed).getBytes(UTF_8)), "{}");
    tag(signed);
    book.replacePods(Map.of(POD, WISH));
  }

  @Test
  void whatRunsIsJudgedAndNotWhatTheTagNamesNow() {
    judgePod();
    assertThat(pod().decision().orElseThrow().source()).contains(BootSource.REGISTRY);
    assertThat(pod().hasDrifted()).isFalse();

    moveTag();
    judgePod();

    Decision decision = pod().decision().orElseThrow();
    assertThat(decision.verdict().reason()).isEqualTo(Reason.SIGNED_INDEX);
    assertThat(decision.digest()).contains(signed);
    assertThat(decision.source()).contains(BootSource.BOOT_RECORD);
    assertThat(decision.registryDigest()).contains(unsigned);
    assertThat(decision.message()).contains("another image than the registry's tag, " + unsigned);
    assertThat(pod().hasDrifted()).isTrue();
  }

  @Test
  void aLauncherIsToldAboutWhatWouldBootNow() {
    judgePod();
    moveTag();
    judgePod();

    assertThat(ask().verdict().reason()).isEqualTo(Reason.NO_SIGNATURE);
    assertThat(verifier.known(request(Optional.empty())).flatMap(Decision::digest))
        .contains(unsigned);
  }

  @Test
  void aLaunchThatIsAllowedSettlesWhatRuns() {
    judgePod();
    moveTag();
    attachBundle(registry, Digest.of(indexOf(unsigned).getBytes(UTF_8)), "{}");
    verifier.forget();
    book.recordLaunch(ask());

    judgePod();

    assertThat(pod().boot().orElseThrow().digest()).isEqualTo(unsigned);
    assertThat(pod().boot().orElseThrow().certainty()).isEqualTo(BootRecord.Certainty.LAUNCHED);
    assertThat(pod().hasDrifted()).isFalse();
  }

  @Test
  void aLaunchThatIsRefusedChangesNothingAboutWhatRuns() {
    judgePod();
    moveTag();
    book.recordLaunch(ask());

    assertThat(pod().boot().orElseThrow().digest()).isEqualTo(signed);
    judgePod();
    assertThat(pod().outcome()).isEqualTo(Outcome.TRUSTED);
  }

  @Test
  void aPodIsNotForgottenWhenItsRegistryIsAway() {
    judgePod();
    registry.failAlways(new ProblemException(Reason.REGISTRY_UNREACHABLE, "connection refused"));
    verifier.forget();
    judgePod();

    assertThat(pod().reason()).isEqualTo(Reason.REGISTRY_UNREACHABLE);
    assertThat(pod().boot().orElseThrow().digest()).isEqualTo(signed);
  }

  @Test
  void anotherPodOfTheSameNameBeginsAnew() {
    judgePod();
    moveTag();
    PodIdentity next = new PodIdentity("other", "default", "web");
    book.replacePods(Map.of(next, WISH));

    assertThat(book.pods().getFirst().boot()).isEmpty();
  }

  @Test
  void theNextAgentJudgesWhatRunsByWhatWasNoted() {
    judgePod();
    moveTag();
    VerdictBook next = new VerdictBook();
    next.restore(book.boots());
    next.replacePods(Map.of(POD, WISH));

    assertThat(next.pods().getFirst().boot()).isEqualTo(pod().boot());
    next.record(verifier.verify(request(next.pods().getFirst().boot()), time.deadlineIn(BUDGET)));
    assertThat(next.pods().getFirst().decision().orElseThrow().digest()).contains(signed);
    assertThat(next.pods().getFirst().hasDrifted()).isTrue();
    assertThat(next.boots()).isEqualTo(book.boots());
  }

  @Test
  void aNoteMakesNoVerdictBetter() {
    moveTag();
    judgePod();
    VerdictBook next = new VerdictBook();
    next.restore(book.boots());
    tag(signed);
    next.replacePods(Map.of(POD, WISH));

    Decision decision =
        verifier.verify(request(next.pods().getFirst().boot()), time.deadlineIn(BUDGET));
    assertThat(decision.digest()).contains(unsigned);
    assertThat(decision.mayBoot()).isFalse();
  }

  private void judgePod() {
    book.record(verifier.verify(request(pod().boot()), time.deadlineIn(BUDGET)));
  }

  private Decision ask() {
    return verifier.verify(request(Optional.empty()), time.deadlineIn(BUDGET));
  }

  private static KernelRequest request(Optional<BootRecord> running) {
    return new KernelRequest(WISH, Optional.empty(), Optional.of(POD), running);
  }

  private PodVerdict pod() {
    return book.pods().getFirst();
  }

  private void moveTag() {
    tag(unsigned);
    time.advance(Duration.ofMinutes(1));
  }

  private void tag(Digest kernel) {
    registry.manifest(INDEX, indexOf(kernel), "6.15");
  }

  private static String indexOf(Digest kernel) {
    return index(List.of(entry(kernel, "linux", "amd64", "")));
  }
}
