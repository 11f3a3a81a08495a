// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kubernetes.PullSecretMemory.Name;
import dev.kernelgate.testing.FakeTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PullSecretMemoryTest {

  private static final Name LOGIN = new Name("default", "login");

  private final FakeTime time = FakeTime.afterFixtures();
  private final PullSecretMemory memory = new PullSecretMemory(time);

  @Test
  void asksAgainAfterAWhileAndForgetsLater() {
    memory.keep(LOGIN, new PullSecretReading.Unusable("it is none"));
    assertThat(memory.fresh(LOGIN)).isPresent();
    time.advance(PullSecretMemory.FRESH);
    assertThat(memory.fresh(LOGIN)).isEmpty();
    assertThat(memory.last(LOGIN)).isPresent();
    time.advance(PullSecretMemory.KEPT);
    memory.forgetOld();
    assertThat(memory.size()).isZero();
  }

  @Test
  void aClockThatIsSetBackMakesNoSecretYounger() {
    memory.keep(LOGIN, new PullSecretReading.Unusable("it is none"));
    time.setBack(Duration.ofHours(5));

    assertThat(memory.fresh(LOGIN)).isEmpty();
    assertThat(memory.last(LOGIN)).isEmpty();
    memory.forgetOld();
    assertThat(memory.size()).isZero();
  }
}
