// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import java.util.concurrent.Flow;

/**
 * Stands in for a subscription until there is one. Nothing arrives before that, but an answer can
 * be given up: the client hands out its head as soon as somebody waits for its body.
 */
record NoSubscription() implements Flow.Subscription {

  @Override
  public void request(long count) {
    throw new IllegalStateException("nothing is subscribed to yet");
  }

  @Override
  public void cancel() {
    // Whoever gives up cancels what is subscribed to afterwards.
  }
}
