// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.ahead;

import static dev.kernelgate.testing.TestImages.attachBundle;
import static dev.kernelgate.testing.TestImages.kernel;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.ledger.Ledger;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.MemorySource;
import dev.kernelgate.testing.ReleaseSignatures;
import dev.kernelgate.testing.TestVerifiers;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.KernelVerifier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WarmUpTest {

  private static final String IMAGE = "ghcr.io/edera-dev/host-kernel:6.15";
  private static final String ABSENT = "ghcr.io/edera-dev/host-kernel:7";
  private static final Duration BUDGET = Duration.ofSeconds(5);

  private final FakeTime time = FakeTime.afterFixtures();
  private final MemorySource registry = new MemorySource();
  private final Ledger ledger = Ledger.empty();
  private final KernelVerifier verifier =
      TestVerifiers.edera(registry, new ReleaseSignatures(), time);
  private final WarmUp warmUp =
      new WarmUp(
          List.of(new AskedKernel.Image(IMAGE), new AskedKernel.Image(ABSENT)),
          verifier,
          ledger,
          time::nanoTime,
          new Pace(BUDGET, BUDGET, BUDGET));

  @Test
  void theFirstLauncherFindsAnAnswer() {
    Digest image = kernel(registry, "amd64", "6.15");
    attachBundle(registry, image, "{}");
    warmUp.look(new AskedKernel.Image(IMAGE));

    assertThat(verifier.known(KernelRequest.image(IMAGE)).flatMap(Decision::digest))
        .contains(image);
    assertThat(ledger.book().verdict(image)).isPresent();
  }

  @Test
  void isJudgedAgainWhenItIsTimeOrTheRulesHaveChanged() {
    AskedKernel image = new AskedKernel.Image(IMAGE);
    warmUp.look(image);
    Instant first = decidedAt();
    time.advance(BUDGET.dividedBy(2));
    warmUp.look(image);
    assertThat(decidedAt()).isEqualTo(first);

    warmUp.judgeAnew();
    warmUp.look(image);

    Instant second = decidedAt();
    assertThat(second).isAfter(first);
    time.advance(BUDGET.multipliedBy(2));
    warmUp.look(image);
    assertThat(decidedAt()).isAfter(second);
  }

  private Instant decidedAt() {
    return (Instant) warmUp.toFields().getFirst().getOrDefault("decidedAt", Instant.EPOCH);
  }

  @Test
  void showsWhatCameOfEachImageInTheOrderOfTheConfiguration() {
    warmUp.look(new AskedKernel.Image(ABSENT));
    assertThat(warmUp.toFields()).hasSize(1);
    warmUp.look(new AskedKernel.Image(IMAGE));

    assertThat(warmUp.toFields())
        .extracting(fields -> fields.get("image"))
        .containsExactly(IMAGE, ABSENT);
    assertThat(warmUp.toFields().getFirst()).containsEntry("reason", Reason.IMAGE_NOT_FOUND);
  }
}
