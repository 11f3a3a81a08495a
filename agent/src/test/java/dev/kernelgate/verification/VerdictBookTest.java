// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.kernel.PodIdentity;
import dev.kernelgate.testing.TestDecision;
import dev.kernelgate.verdict.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class VerdictBookTest {

  private static final PodIdentity WEB = new PodIdentity("", "default", "web");
  private static final PodIdentity RUNNING = new PodIdentity("uid", "default", "web");
  private static final PodIdentity DB = new PodIdentity("", "default", "db");
  private static final AskedKernel KERNEL = new AskedKernel.Image("r.example/k:1");
  private static final AskedKernel OTHER = new AskedKernel.Image("r.example/k:2");

  private final VerdictBook book = new VerdictBook();

  @Test
  void showsAPodAsPendingUntilItIsJudged() {
    book.replacePods(Map.of(WEB, KERNEL));
    assertThat(book.pods())
        .singleElement()
        .extracting(PodVerdict::reason)
        .isEqualTo(Reason.PENDING);
    book.record(decision(KERNEL, Optional.of(WEB), "a", Reason.NO_SIGNATURE));
    assertThat(reasonOf(WEB)).isEqualTo(Reason.NO_SIGNATURE);
  }

  @Test
  void forgetsPodsThatVanishAndVerdictsOnWhatIsNoLongerAskedFor() {
    book.replacePods(Map.of(WEB, KERNEL, DB, KERNEL));
    book.record(decision(KERNEL, Optional.of(WEB), "a", Reason.NO_SIGNATURE));
    book.record(decision(KERNEL, Optional.of(DB), "a", Reason.NO_SIGNATURE));
    book.replacePods(Map.of(WEB, OTHER));
    assertThat(book.pods()).hasSize(1);
    assertThat(reasonOf(WEB)).isEqualTo(Reason.PENDING);
  }

  @Test
  void remembersWhatAPodWasJudgedForFirstHoweverOftenItChanges() {
    book.replacePods(Map.of(RUNNING, KERNEL));
    book.record(decision(KERNEL, Optional.of(RUNNING), "a", Reason.NO_SIGNATURE));
    book.replacePods(Map.of(RUNNING, OTHER));
    assertThat(book.pods().getFirst().mayRun()).contains(KERNEL);
    book.record(decision(OTHER, Optional.of(RUNNING), "b", Reason.SIGNED_INDEX));
    book.replacePods(Map.of(RUNNING, new AskedKernel.NodeDefault()));
    assertThat(book.pods().getFirst().mayRun()).contains(KERNEL);

    book.replacePods(Map.of(RUNNING, KERNEL));
    assertThat(book.pods().getFirst().mayRun()).isEmpty();
  }

  @Test
  void doesNotRememberWhatWasNeverJudgedOrMayBeAnotherPods() {
    book.replacePods(Map.of(RUNNING, KERNEL, DB, KERNEL));
    book.record(decision(KERNEL, Optional.of(DB), "a", Reason.NO_SIGNATURE));
    book.replacePods(Map.of(RUNNING, OTHER, DB, OTHER));

    assertThat(book.pods()).allMatch(pod -> pod.mayRun().isEmpty() && pod.boot().isEmpty());
  }

  @Test
  void keepsAVerdictWhileThePodAsksForTheSame() {
    book.replacePods(Map.of(WEB, KERNEL));
    book.record(decision(KERNEL, Optional.of(WEB), "a", Reason.NO_SIGNATURE));
    book.replacePods(Map.of(WEB, KERNEL, DB, KERNEL));
    assertThat(reasonOf(WEB)).isEqualTo(Reason.NO_SIGNATURE);
  }

  @Test
  void putsNoOtherKernelsVerdictBesideAPodNorAddsPods() {
    book.replacePods(Map.of(WEB, KERNEL));
    book.record(decision(OTHER, Optional.of(WEB), "a", Reason.NO_SIGNATURE));
    book.record(decision(KERNEL, Optional.of(DB), "a", Reason.NO_SIGNATURE));
    assertThat(book.pods()).hasSize(1);
    assertThat(reasonOf(WEB)).isEqualTo(Reason.PENDING);
  }

  @Test
  void remembersABoundedNumberOfDigestsAndTheLatestVerdictOfEach() {
    for (int i = 0; i <= VerdictBook.MAX_DIGESTS; i++) {
      book.record(decision(KERNEL, Optional.empty(), "image " + i, Reason.NO_SIGNATURE));
    }
    assertThat(book.verdicts()).hasSize(VerdictBook.MAX_DIGESTS);
    assertThat(book.verdict(digest("image 0"))).isEmpty();
    book.record(decision(KERNEL, Optional.empty(), "image 1", Reason.DENIED_DIGEST));
    assertThat(book.verdict(digest("image 1")).orElseThrow().verdict().reason())
        .isEqualTo(Reason.DENIED_DIGEST);
    assertThat(book.verdicts()).hasSize(VerdictBook.MAX_DIGESTS);
  }

  @Test
  void keepsNoTraceWhichMayBeLong() {
    Decision told = decision(KERNEL, Optional.of(WEB), "a", Reason.NO_SIGNATURE);
    Decision made = told.with(told.request(), List.of("looked everywhere"));
    book.replacePods(Map.of(WEB, KERNEL));
    book.record(made);
    assertThat(book.verdicts())
        .singleElement()
        .satisfies(kept -> assertThat(kept.trace()).isEmpty());
    assertThat(book.pods().getFirst().decision().orElseThrow().trace()).isEmpty();
  }

  @Test
  void makesTheNodeConditionOfAllPods() {
    assertThat(book.condition().reason()).isEqualTo("PodsUnknown");
    book.replacePods(Map.of());
    assertThat(book.condition().status()).isEqualTo("True");
    book.replacePods(Map.of(WEB, KERNEL));
    assertThat(NodeCondition.of(book.pods()).status()).isEqualTo("Unknown");
    Decision unsigned = decision(KERNEL, Optional.of(WEB), "a", Reason.NO_SIGNATURE);
    book.record(unsigned);
    assertThat(NodeCondition.of(book.pods()))
        .isEqualTo(
            new NodeCondition(
                NodeCondition.KERNELS_VERIFIED,
                "False",
                "KernelsRejected",
                "0 of 1 pods ask for a trusted kernel; not: default/web (NoSignature, "
                    + unsigned.kernel()
                    + "). NoSignature: "
                    + Reason.NO_SIGNATURE.remedy().replaceFirst("\\.$", "")));
    assertThat(unsigned.kernel()).contains(unsigned.image(), digest("a").toString());
  }

  @Test
  void namesTheWorstPodsFirstAndBoundsTheMessage() {
    Map<PodIdentity, AskedKernel> many = new LinkedHashMap<>();
    for (int i = 0; i < 300; i++) {
      many.put(new PodIdentity("", "n".repeat(63), i + "-" + "x".repeat(240)), KERNEL);
    }
    book.replacePods(many);
    PodIdentity last = List.copyOf(many.keySet()).getLast();
    book.record(decision(KERNEL, Optional.of(last), "a", Reason.NO_SIGNATURE));
    assertThat(book.condition().message())
        .hasSizeLessThanOrEqualTo(NodeCondition.MAX_MESSAGE)
        .startsWith("0 of 300 pods ask for a trusted kernel; not: " + last.qualifiedName())
        .contains(" more. NoSignature: ");
  }

  private Reason reasonOf(PodIdentity pod) {
    return book.pods().stream()
        .filter(known -> known.pod().equals(pod))
        .findFirst()
        .orElseThrow()
        .reason();
  }

  private static Decision decision(
      AskedKernel kernel, Optional<PodIdentity> pod, String content, Reason reason) {
    return TestDecision.of(
        new KernelRequest(kernel, Optional.empty(), pod),
        TestDecision.verdict(reason, ""),
        Optional.of(digest(content)),
        Instant.EPOCH);
  }

  private static Digest digest(String content) {
    return Digest.of(content.getBytes(StandardCharsets.UTF_8));
  }
}
