// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Collects one response body up to a bound, and hangs up as soon as more is announced or arrives.
 * Its memory is the bound and one network buffer. Runs on the HTTP client's threads, one call at a
 * time as {@link Flow} promises.
 */
final class BodyCollector implements BodySubscriber<Body> {

  private final int maxBytes;
  private final long announcedBytes;
  private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
  private final CompletableFuture<Body> body = new CompletableFuture<>();
  private Flow.Subscription subscription = new NoSubscription();

  BodyCollector(int maxBytes, long announcedBytes) {
    this.maxBytes = maxBytes;
    this.announcedBytes = announcedBytes;
  }

  @Override
  public CompletionStage<Body> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    subscription.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    long arrived = buffers.stream().mapToLong(ByteBuffer::remaining).sum();
    if (announcedBytes > maxBytes || collected.size() + arrived > maxBytes) {
      subscription.cancel();
      body.complete(new Body.TooLarge());
      return;
    }
    for (ByteBuffer buffer : buffers) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      collected.writeBytes(bytes);
    }
    subscription.request(1);
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    body.complete(new Body.Whole(collected.toByteArray()));
  }
}
