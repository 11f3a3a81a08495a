// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

/** The order of calls that a real connection gives only now and then. */
final class BodyStreamTest {

  private final List<String> asked = new ArrayList<>();
  private final Flow.Subscription subscription =
      new Flow.Subscription() {
        @Override
        public void request(long count) {
          asked.add("request " + count);
        }

        @Override
        public void cancel() {
          asked.add("cancel");
        }
      };
  private final BodyStream stream =
      new BodyStream(
          Call.get(
              URI.create("https://registry.test/v2/a/blobs/b"), "*/*", new Call.Taken.Arriving()),
          Sources.within(Duration.ofSeconds(1)));

  @Test
  void asksForOnePieceAtFirst() {
    stream.onSubscribe(subscription);
    assertThat(asked).containsExactly("request 1");
  }

  @Test
  void whatIsGivenUpBeforeItBeginsIsNotFetched() {
    stream.close();
    stream.onSubscribe(subscription);
    assertThat(asked).containsExactly("cancel");
  }
}
