// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps time for one connection, on its event loop: how long it has been idle, and how long a
 * request has been arriving, from its first byte on, whatever the decoder has made of it.
 */
final class Pace extends ChannelInboundHandlerAdapter {

  /** What a connection is doing. */
  enum Phase {
    /** No byte of a request has come. */
    IDLE,
    /** A request is arriving. */
    RECEIVING,
    /** A request is being answered; its deadline keeps the time. */
    ANSWERING
  }

  private final LongSupplier nanoTime;
  private final Duration idleTime;
  private final Duration requestTime;
  private Phase phase = Phase.IDLE;
  private long sinceNanos;

  Pace(LongSupplier nanoTime, Duration idleTime, Duration requestTime) {
    this.nanoTime = nanoTime;
    this.idleTime = idleTime;
    this.requestTime = requestTime;
    this.sinceNanos = nanoTime.getAsLong();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    if (phase == Phase.IDLE) {
      enter(Phase.RECEIVING);
    }
    context.fireChannelRead(bytes);
  }

  void enter(Phase next) {
    phase = next;
    sinceNanos = nanoTime.getAsLong();
  }

  Phase phase() {
    return phase;
  }

  /** When this phase began, on the injected clock. */
  long sinceNanos() {
    return sinceNanos;
  }

  /** Whether this phase has lasted longer than it may. */
  boolean isOver(long nowNanos) {
    long nanos = nowNanos - sinceNanos;
    return switch (phase) {
      case IDLE -> nanos > idleTime.toNanos();
      case RECEIVING -> nanos > requestTime.toNanos();
      case ANSWERING -> false;
    };
  }
}
