// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.chore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HeapRoomTest {

  private static final long LIVE = 20_000_000;

  private final AtomicLong taken = new AtomicLong(2 * LIVE);
  private final AtomicInteger collections = new AtomicInteger();
  private final HeapRoom heap =
      new HeapRoom(
          taken::get,
          () -> {
            collections.incrementAndGet();
            taken.set(LIVE);
          });

  @Test
  void theStartIsLeftAloneAndCollectedAfterIt() {
    look(HeapRoom.START);
    assertThat(collections).hasValue(0);

    look(1);

    assertThat(collections).hasValue(1);
  }

  @Test
  void anIdleHeapIsCollectedOnceMoreAndThenLeftAlone() {
    look(HeapRoom.START + 1);

    look(HeapRoom.AFTERWARDS - 1);
    assertThat(collections).hasValue(1);

    look(1000);
    assertThat(collections).hasValue(2);
  }

  @Test
  void aHeapThatHasGrownIsCollectedFromWhatItHadAfterTheLastTime() {
    look(HeapRoom.START + 1);

    taken.addAndGet(HeapRoom.ROOM - 1);
    look(1);
    assertThat(collections).hasValue(1);

    taken.incrementAndGet();
    look(1);
    assertThat(collections).hasValue(2);
  }

  @Test
  void aHeapThatCannotBeMadeSmallerIsNotCollectedAgainAndAgain() {
    HeapRoom full = new HeapRoom(taken::get, collections::incrementAndGet);

    IntStream.range(0, 1000).forEach(_ -> full.look());

    assertThat(collections).hasValue(2);
  }

  private void look(int times) {
    IntStream.range(0, times).forEach(_ -> heap.look());
  }
}
