// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import dev.kernelgate.verification.Peer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.PeerCredentials;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket that launchers ask. From {@link #open} to {@link #close} it answers each request of a
 * permitted peer within the request's deadline. Runs one event loop thread; decisions wait on
 * virtual threads.
 */
public final class SocketServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SocketServer.class);

  private final SocketSettings settings;
  private final LongSupplier nanoTime;
  private final Router router;
  private final Decider decider;
  private final Connections connections;
  private final ExecutorService checks = Executors.newVirtualThreadPerTaskExecutor();
  private final EventLoopGroup loop;

  /** Empty when the socket was inherited: its name is not ours to remove. */
  private final Optional<SocketFile> file;

  private SocketServer(
      SocketSettings settings, Gate gate, LongSupplier nanoTime, Optional<SocketFile> file) {
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.router = new Router(settings.rights(), gate);
    this.decider =
        new Decider(gate, checks, settings.decideBudget(), nanoTime, settings.maxConnections());
    this.connections = new Connections(settings.maxConnections(), nanoTime);
    this.file = file;
    this.loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("socket", true), EpollIoHandler.newFactory());
  }

  /**
   * Takes the socket's name and begins to answer.
   *
   * @param nanoTime a monotonic clock, {@code System::nanoTime}
   * @throws IOException if the name is in use or cannot be made; the message is a sentence
   */
  public static SocketServer open(SocketSettings settings, Gate gate, LongSupplier nanoTime)
      throws IOException {
    SocketFile file = SocketFile.claim(settings);
    SocketServer server = new SocketServer(settings, gate, nanoTime, Optional.of(file));
    try {
      server.listen(
          server
              .bootstrap()
              .channel(EpollServerDomainSocketChannel.class)
              .bind(new DomainSocketAddress(file.bindPath().toFile())));
      file.publish();
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  /**
   * Begins to answer on a socket that somebody else made, and that outlives this server. Of the
   * settings, path, permissions and group do not count.
   *
   * @throws IOException if it cannot be used; the message is a sentence
   */
  public static SocketServer inherit(
      InheritedSocket inherited, SocketSettings settings, Gate gate, LongSupplier nanoTime)
      throws IOException {
    SocketServer server = new SocketServer(settings, gate, nanoTime, Optional.empty());
    try {
      server.listen(
          server
              .bootstrap()
              .channelFactory(
                  () -> new EpollServerDomainSocketChannel(inherited.descriptor(), true))
              .register());
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  /** Connections that are open now. Safe for any thread. */
  public int openConnections() {
    return connections.count();
  }

  /** Stops answering and removes a socket of our own. Open connections end without an answer. */
  @Override
  public void close() throws IOException {
    if (file.isPresent()) {
      file.get().close();
    }
    checks.shutdownNow();
    if (!loop.isShuttingDown()) {
      // A loop that ends closes its channels but leaves them the buffers that they hold.
      loop.submit(connections::closeAll).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
    loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private ServerBootstrap bootstrap() {
    return new ServerBootstrap()
        .group(loop)
        .option(ChannelOption.SO_BACKLOG, 1024)
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childHandler(new Initializer());
  }

  private void listen(ChannelFuture begun) throws IOException {
    if (!begun.awaitUninterruptibly().isSuccess()) {
      throw new IOException("The socket " + settings.path() + " cannot be bound.", begun.cause());
    }
    long sweepMillis = Math.clamp(settings.requestTime().dividedBy(4).toMillis(), 10, 1000);
    var _ =
        loop.scheduleWithFixedDelay(
            connections::sweep, sweepMillis, sweepMillis, TimeUnit.MILLISECONDS);
  }

  /** Builds the pipeline of one connection, on the event loop. */
  private final class Initializer extends ChannelInitializer<EpollDomainSocketChannel> {

    @Override
    protected void initChannel(EpollDomainSocketChannel channel) {
      Peer peer;
      try {
        PeerCredentials credentials = channel.peerCredentials();
        peer = new Peer(credentials.uid(), credentials.gids()[0], credentials.pid());
      } catch (IOException e) {
        LOG.warn("a peer's credentials cannot be read; its connection is closed", e);
        var _ = channel.close();
        return;
      }
      Pace pace = new Pace(nanoTime, idleTime(peer), settings.requestTime());
      Connection connection = new Connection(channel, peer, pace, router, decider);
      if (!connections.admit(connection)) {
        var _ = channel.close();
        return;
      }
      channel.closeFuture().addListener(_ -> connections.forget(connection));
      channel
          .pipeline()
          .addLast(
              pace, new HttpRequestDecoder(decoderConfig()), new RequestAssembler(), connection);
    }

    /** A stranger may stay as long as it takes to be told so. */
    private Duration idleTime(Peer peer) {
      return settings.rights().know(peer) ? settings.idleTime() : settings.requestTime();
    }

    private static HttpDecoderConfig decoderConfig() {
      return new HttpDecoderConfig()
          .setMaxInitialLineLength(SocketSettings.MAX_HEADER_BYTES)
          .setMaxHeaderSize(SocketSettings.MAX_HEADER_BYTES)
          .setInitialBufferSize(256);
    }
  }
}
