// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** 250 pods, 30 changed annotations a second, for a minute of a clock that the test moves. */
@Timeout(120)
final class ClusterLoadTest {

  private static final int SECONDS = 60;

  @TempDir private Path account;

  @Test
  void missesNoVerdictBoundsTheWorkAndPatchesOnceASecondAtMost() throws Exception {
    try (ClusterLoad load = new ClusterLoad(account)) {
      for (int second = 1; second <= SECONDS; second++) {
        load.second();
        assertThat(load.judged()).isEqualTo(load.wanted());
        assertThat(load.patches()).isLessThanOrEqualTo(second + 1);
      }
      assertThat(load.mostRunning()).isLessThanOrEqualTo(ClusterLoad.PODS);
      assertThat(load.events()).isLessThanOrEqualTo(25 + SECONDS);
    }
  }
}
