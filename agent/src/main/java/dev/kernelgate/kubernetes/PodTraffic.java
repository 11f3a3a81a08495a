// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.kubernetes;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Looks at the requests for pods as they pass. The informer connects again by itself and says
 * nothing while it fails; here each of its attempts is seen, and whether a watch still says
 * anything. Safe for any thread.
 */
final class PodTraffic implements Interceptor {

  private static final int GONE = 410;

  private final AtomicLong chunks = new AtomicLong();
  private final AtomicReference<Listener> listener = new AtomicReference<>(new Deaf());

  /** Is told what became of each request for pods. Must not wait. */
  interface Listener {

    /** The API server begins to answer. */
    void answers();

    /** It does not; why, in a few words. */
    void fails(String why);
  }

  /** Nobody. */
  private record Deaf() implements Listener {
    @Override
    public void answers() {}

    @Override
    public void fails(String why) {}
  }

  void tell(Listener newListener) {
    listener.set(newListener);
  }

  /** How often anything has arrived. Bookmarks arrive about once a minute when nothing happens. */
  long chunks() {
    return chunks.get();
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    if (!isForPods(request)) {
      return;
    }
    if (response.isSuccessful()) {
      listener.get().answers();
    } else if (response.code() != GONE) {
      // Gone only means that the history is forgotten; the informer lists anew.
      listener.get().fails("it answers with " + response.code());
    }
  }

  @Override
  public void afterConnectionFailure(HttpRequest request, Throwable failure) {
    if (isForPods(request)) {
      listener.get().fails(failure.toString());
    }
  }

  @Override
  public AsyncBody.Consumer<List<ByteBuffer>> consumer(
      AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
    return isForPods(request) ? new Counting(consumer) : consumer;
  }

  private static boolean isForPods(HttpRequest request) {
    return request.uri().getPath().endsWith("/pods");
  }

  /** Passes everything on. */
  private final class Counting implements AsyncBody.Consumer<List<ByteBuffer>> {

    private final AsyncBody.Consumer<List<ByteBuffer>> consumer;

    Counting(AsyncBody.Consumer<List<ByteBuffer>> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void consume(List<ByteBuffer> chunk, AsyncBody body) throws Exception {
      chunks.incrementAndGet();
      consumer.consume(chunk, body);
    }

    @Override
    public <U> U unwrap(Class<U> target) {
      return consumer.unwrap(target);
    }
  }
}
