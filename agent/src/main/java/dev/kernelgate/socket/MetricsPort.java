// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the metrics over TCP, to whoever asks, and nothing else: for a Prometheus, which cannot
 * reach a Unix socket. One answer a connection, a few connections at once, and each has an end;
 * runs a thread of its own, so that nothing from the network can hold up a decision.
 */
public final class MetricsPort implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MetricsPort.class);
  private static final int MOST_CONNECTIONS = 16;

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("metrics", true), EpollIoHandler.newFactory());
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Supplier<Gate.Document> metrics;
  private final Duration connectionTime;

  private MetricsPort(Supplier<Gate.Document> metrics, Duration connectionTime) {
    this.metrics = metrics;
    this.connectionTime = connectionTime;
  }

  /**
   * Begins to serve.
   *
   * @param connectionTime from a connection's begin to its end, whatever has been sent by then
   * @throws IOException if the address cannot be bound; the message is a sentence
   */
  public static MetricsPort open(
      InetSocketAddress address, Supplier<Gate.Document> metrics, Duration connectionTime)
      throws IOException {
    MetricsPort port = new MetricsPort(metrics, connectionTime);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(port.loop)
            .channel(EpollServerSocketChannel.class)
            .childHandler(port.new Initializer())
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      port.close();
      throw new IOException("Metrics cannot be served at " + address + ".", bound.cause());
    }
    port.connections.add(bound.channel());
    return port;
  }

  /** Where it serves: the port that was bound, when port 0 was asked for. */
  public InetSocketAddress address() {
    return connections.stream()
        .map(Channel::localAddress)
        .map(InetSocketAddress.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    connections.close().awaitUninterruptibly();
    loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static void end(Channel channel) {
    var _ = channel.close();
  }

  private Answer answer(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return refusal(Refusal.MALFORMED_REQUEST, "it is not HTTP/1.1");
    }
    if (!request.uri().equals("/metrics")) {
      return refusal(Refusal.UNKNOWN_PATH, "only /metrics is served here");
    }
    if (!request.method().equals(HttpMethod.GET)) {
      return Answer.refusal(RefusedException.method(Route.METRICS));
    }
    return Answer.document(metrics.get(), Map.of());
  }

  private static Answer refusal(Refusal refusal, String detail) {
    return Answer.refusal(new RefusedException(refusal, detail));
  }

  /** Builds the pipeline of one connection, on the event loop. */
  private final class Initializer extends ChannelInitializer<Channel> {

    @Override
    protected void initChannel(Channel channel) {
      // The listening channel is one of the group.
      if (connections.size() > MOST_CONNECTIONS) {
        end(channel);
        return;
      }
      connections.add(channel);
      Runnable end = () -> end(channel);
      var timer =
          channel.eventLoop().schedule(end, connectionTime.toMillis(), TimeUnit.MILLISECONDS);
      channel.closeFuture().addListener(_ -> timer.cancel(false));
      channel
          .pipeline()
          .addLast(
              new HttpRequestDecoder(
                  new HttpDecoderConfig()
                      .setMaxInitialLineLength(SocketSettings.MAX_HEADER_BYTES)
                      .setMaxHeaderSize(SocketSettings.MAX_HEADER_BYTES)),
              new Responder());
    }
  }

  /** Answers the first request, and closes. */
  private final class Responder extends SimpleChannelInboundHandler<HttpObject> {

    private boolean hasAnswered;

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
      if (!hasAnswered && part instanceof HttpRequest request) {
        hasAnswered = true;
        context
            .writeAndFlush(answer(request).onWire(context.alloc(), true))
            .addListener(ChannelFutureListener.CLOSE);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (!(cause instanceof IOException)) {
        LOG.error("a question for metrics failed; its connection is closed", cause);
      }
      var _ = context.close();
    }
  }
}
