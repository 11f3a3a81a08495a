// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import java.util.concurrent.Flow;

/** Stands in for a subscription until there is one, which is before anything else happens. */
record NoSubscription() implements Flow.Subscription {

  @Override
  public void request(long count) {
    throw new IllegalStateException("nothing is subscribed to yet");
  }

  @Override
  public void cancel() {
    throw new IllegalStateException("nothing is subscribed to yet");
  }
}
