// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.oci.BlobStream;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/**
 * Hands one response body on as it arrives. The next piece is asked for when the last one was read,
 * so no more of it is in memory than the network delivers at once. Filled on the HTTP client's
 * threads, one call at a time as {@link Flow} promises; read by one other thread.
 */
final class BodyStream implements BodySubscriber<Body>, BlobStream {

  private final Call call;
  private final Deadline deadline;
  private final CompletableFuture<Body> body =
      CompletableFuture.completedFuture(new Body.Arriving(this));

  /** Room for the one piece that was asked for, and for the end, which comes unasked. */
  private final BlockingQueue<Piece> arrived = new ArrayBlockingQueue<>(2);

  private volatile Flow.Subscription subscription = new NoSubscription();

  /** Set by the reader, who may give up before there is a subscription. */
  private volatile boolean hasEnded;

  /** Confined to the reader. */
  private final Deque<ByteBuffer> unread = new ArrayDeque<>();

  private sealed interface Piece {
    record Bytes(List<ByteBuffer> buffers) implements Piece {}

    record End() implements Piece {}

    record Failure(Throwable cause) implements Piece {}
  }

  BodyStream(Call call, Deadline deadline) {
    this.call = call;
    this.deadline = deadline;
  }

  @Override
  public CompletionStage<Body> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    if (hasEnded) {
      subscription.cancel();
    } else {
      subscription.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    add(new Piece.Bytes(buffers));
  }

  @Override
  public void onError(Throwable failure) {
    add(new Piece.Failure(failure));
  }

  @Override
  public void onComplete() {
    add(new Piece.End());
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws ProblemException {
    while (unread.isEmpty() && !hasEnded) {
      take();
    }
    if (unread.isEmpty()) {
      return -1;
    }
    ByteBuffer first = unread.getFirst();
    int count = Math.min(length, first.remaining());
    first.get(buffer, offset, count);
    if (!first.hasRemaining()) {
      unread.removeFirst();
      askForMore();
    }
    return count;
  }

  @Override
  public void close() {
    hasEnded = true;
    unread.clear();
    subscription.cancel();
  }

  /** Waits for the next piece. */
  private void take() throws ProblemException {
    switch (next()) {
      case Piece.Bytes(List<ByteBuffer> buffers) -> {
        buffers.stream().filter(ByteBuffer::hasRemaining).forEach(unread::add);
        askForMore();
      }
      case Piece.End() -> hasEnded = true;
      case Piece.Failure(Throwable cause) -> throw Failures.translate(call, cause, true);
    }
  }

  private void askForMore() {
    if (unread.isEmpty() && !hasEnded) {
      subscription.request(1);
    }
  }

  private Piece next() throws ProblemException {
    try {
      Piece piece = arrived.poll(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      if (piece == null) {
        throw new ProblemException(
            Reason.DEADLINE_EXCEEDED, call + " did not end its answer within the deadline");
      }
      return piece;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ProblemException(Reason.DEADLINE_EXCEEDED, call + " was interrupted");
    }
  }

  private void add(Piece piece) {
    if (!arrived.offer(piece)) {
      subscription.cancel();
    }
  }
}
