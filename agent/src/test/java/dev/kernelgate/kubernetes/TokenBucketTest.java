// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class TokenBucketTest {

  private static final Instant START = Instant.parse("2026-11-22T13:30:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final TokenBucket bucket = new TokenBucket(2, MINUTE, START);

  @Test
  void givesABurstAndThenOneInAWhile() {
    assertThat(bucket.take(START)).isTrue();
    assertThat(bucket.take(START)).isTrue();
    assertThat(bucket.take(START.plusSeconds(59))).isFalse();
    assertThat(bucket.take(START.plusSeconds(60))).isTrue();
    assertThat(bucket.take(START.plusSeconds(60))).isFalse();
  }

  @Test
  void goesOnByAClockThatWasSetBack() {
    bucket.take(START);
    bucket.take(START);
    Instant back = START.minus(Duration.ofHours(5));

    assertThat(bucket.take(back)).isFalse();
    assertThat(bucket.take(back.plus(MINUTE))).isTrue();
  }
}
