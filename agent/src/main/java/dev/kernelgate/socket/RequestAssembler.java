// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * Puts a connection's requests together, on its event loop: passes on whole {@link Request}s, or
 * one {@link RefusedException} and then nothing more.
 */
final class RequestAssembler extends ChannelInboundHandlerAdapter {

  private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
  private Optional<HttpRequest> head = Optional.empty();
  private boolean isBroken;
  private boolean hasPassedOn;

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
    try {
      if (!isBroken) {
        assemble(context, (HttpObject) message);
      }
    } catch (RefusedException e) {
      isBroken = true;
      passOn(context, e);
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  /** Reading is on demand here: a read that did not complete a request has to ask for more. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (!hasPassedOn && !isBroken) {
      context.read();
    }
    hasPassedOn = false;
    context.fireChannelReadComplete();
  }

  private void assemble(ChannelHandlerContext context, HttpObject part)
      throws RefusedException, IOException {
    if (part.decoderResult().isFailure()) {
      throw refusal(part.decoderResult().cause());
    }
    if (part instanceof HttpRequest request) {
      head = Optional.of(request);
      body.reset();
    }
    if (part instanceof HttpContent content) {
      append(content);
    }
    if (part instanceof LastHttpContent && head.isPresent()) {
      Request request = request(head.get());
      head = Optional.empty();
      passOn(context, request);
    }
  }

  private void append(HttpContent content) throws RefusedException, IOException {
    int length = content.content().readableBytes();
    if (body.size() + length > SocketSettings.MAX_BODY_BYTES) {
      throw new RefusedException(
          Refusal.BODY_TOO_LARGE,
          "the body has more than " + SocketSettings.MAX_BODY_BYTES + " bytes");
    }
    content.content().readBytes(body, length);
  }

  private Request request(HttpRequest request) {
    HttpHeaders headers = request.headers();
    boolean isFromBrowser =
        headers.contains(HttpHeaderNames.ORIGIN) || headers.contains(HttpHeaderNames.REFERER);
    return new Request(
        request.method().name(),
        request.uri(),
        body.toByteArray(),
        isFromBrowser,
        HttpUtil.isKeepAlive(request));
  }

  private void passOn(ChannelHandlerContext context, Object message) {
    hasPassedOn = true;
    context.fireChannelRead(message);
  }

  private static RefusedException refusal(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ ->
          new RefusedException(Refusal.HEADERS_TOO_LARGE, "the request line is too long");
      case TooLongHttpHeaderException _ ->
          new RefusedException(Refusal.HEADERS_TOO_LARGE, "the header section is too long");
      default -> new RefusedException(Refusal.MALFORMED_REQUEST, "it is not HTTP/1.1");
    };
  }
}
