// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import dev.kernelgate.verification.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One peer's connection, on its event loop. Requests are answered one at a time in the order they
 * came; the next is only read when the one before has its answer, so a peer that pipelines without
 * reading fills its own buffers and not ours.
 */
final class Connection extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  private final Channel channel;
  private final Peer peer;
  private final Pace pace;
  private final Router router;
  private final Decider decider;
  private boolean keepsAlive = true;
  private boolean isInputOver;
  private boolean isGoingOn;

  /** Requests that one read brought beside the one being answered; a read has a bounded size. */
  private final Queue<Object> waiting = new ArrayDeque<>();

  Connection(Channel channel, Peer peer, Pace pace, Router router, Decider decider) {
    this.channel = channel;
    this.peer = peer;
    this.pace = pace;
    this.router = router;
    this.decider = decider;
  }

  Pace pace() {
    return pace;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.read();
  }

  /** Takes a request at once, or keeps it until the ones before it have their answers. */
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    waiting.add(message);
    goOn();
  }

  /** Goes on with a peer that has begun to read its answers. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    goOn();
  }

  /** The peer will send nothing more, but may still wait for its answer (shutdown(2)). */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      isInputOver = true;
      if (pace.phase() != Pace.Phase.ANSWERING) {
        close();
      }
    }
  }

  /**
   * Whatever fails in the pipeline ends the connection; a peer that hears nothing does not boot.
   */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOG.error("a request failed; its connection is closed", cause);
    }
    close();
  }

  void close() {
    var _ = channel.close();
  }

  /** Ends a connection whose time is over, with a word if a request was under way. */
  void endLate() {
    if (pace.phase() == Pace.Phase.RECEIVING) {
      pace.enter(Pace.Phase.ANSWERING);
      refuseAndEnd(
          new RefusedException(Refusal.REQUEST_TOO_SLOW, "the request took too long to arrive"));
    } else {
      close();
    }
  }

  private void take(Request request) {
    keepsAlive = request.keepsAlive();
    try {
      Route route = router.authorise(request, peer);
      switch (route) {
        case DECIDE ->
            decider.decide(decideRequest(request), peer, channel.eventLoop(), this::write);
        case MANIFEST, VERDICTS, VERDICT, PODS, STATUS, HEALTH, READINESS, METRICS, FORGET ->
            write(router.look(route, request));
      }
    } catch (RefusedException e) {
      write(router.refusal(e, peer));
    }
  }

  private static DecideRequest decideRequest(Request request) throws RefusedException {
    return request.method().equals("POST")
        ? DecideRequest.ofBody(request.body())
        : DecideRequest.ofQuery(request.target());
  }

  /** What follows in the stream cannot be told apart any more, so nothing is read. */
  private void refuseAndEnd(RefusedException refused) {
    keepsAlive = false;
    write(router.refusal(refused, peer));
  }

  private void write(Answer answer) {
    ByteBuf response = answer.onWire(channel.alloc(), !keepsAlive);
    if (!keepsAlive) {
      channel.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
      return;
    }
    channel.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    pace.enter(Pace.Phase.IDLE);
    goOn();
  }

  /**
   * Takes the next request, unless the peer lets its answers pile up; with none waiting, reads on.
   * A loop and not a recursion, so that a long pipeline does not become a deep stack.
   */
  private void goOn() {
    if (isGoingOn) {
      return;
    }
    isGoingOn = true;
    while (isFree() && !waiting.isEmpty()) {
      pace.enter(Pace.Phase.ANSWERING);
      switch (waiting.remove()) {
        case Request request -> take(request);
        case RefusedException refused -> refuseAndEnd(refused);
        case Object other -> throw new IllegalArgumentException("nobody sends " + other);
      }
    }
    isGoingOn = false;
    if (isFree()) {
      readOn();
    }
  }

  private boolean isFree() {
    return pace.phase() != Pace.Phase.ANSWERING && channel.isWritable();
  }

  private void readOn() {
    if (isInputOver) {
      close();
    } else {
      channel.read();
    }
  }
}
