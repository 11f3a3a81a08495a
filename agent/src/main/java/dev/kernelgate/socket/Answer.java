// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import dev.kernelgate.json.JsonText;
import dev.kernelgate.verdict.Verdict;
import dev.kernelgate.verification.Decision;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One answer. Its head is written once, so an answer that is given again costs one copy and one
 * system call; Netty's encoder would write it anew each time, and head and body as two buffers.
 * Immutable.
 */
final class Answer {

  private static final String JSON = "application/json";
  private static final String PROBLEM = "application/problem+json";
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
  private static final String CLOSE = "Connection: close\r\n\r\n";
  private static final String GO_ON = "\r\n";

  private final HttpResponseStatus status;
  private final Map<String, String> headers;
  private final byte[] head;
  private final byte[] body;

  /** Headers are our own words and numbers; anything that could end a line is a bug. */
  private Answer(
      HttpResponseStatus status, String contentType, Map<String, String> headers, byte[] body) {
    this.status = status;
    this.headers = Map.copyOf(headers);
    this.body = body;
    StringBuilder lines = new StringBuilder(256).append("HTTP/1.1 ").append(status);
    line(lines, "Content-Type", contentType);
    line(lines, "Content-Length", String.valueOf(body.length));
    line(lines, "Cache-Control", "no-store");
    headers.forEach((name, value) -> line(lines, name, value));
    this.head = lines.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
  }

  HttpResponseStatus status() {
    return status;
  }

  /** The headers beside those that every answer has. */
  Map<String, String> headers() {
    return headers;
  }

  /**
   * The response as it is sent (RFC 9112, section 2.1), in one buffer that the caller owns.
   *
   * @param isLast whether the connection is closed after it
   */
  ByteBuf onWire(ByteBufAllocator buffers, boolean isLast) {
    ByteBuf response = buffers.directBuffer(head.length + CLOSE.length() + body.length);
    response.writeBytes(head);
    ByteBufUtil.writeAscii(response, isLast ? CLOSE : GO_ON);
    return response.writeBytes(body);
  }

  private static void line(StringBuilder lines, String name, String value) {
    if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw new IllegalArgumentException("the header " + name + " has a character of no header");
    }
    lines.append("\r\n").append(name).append(": ").append(value);
  }

  /** Members as JSON, and a newline for whoever reads it in a terminal. */
  static Answer json(Map<String, ?> members) {
    return new Answer(HttpResponseStatus.OK, JSON, Map.of(), text(members));
  }

  /** A document as it is. */
  static Answer document(Gate.Document document, Map<String, String> headers) {
    return new Answer(HttpResponseStatus.OK, document.contentType(), headers, document.bytes());
  }

  /**
   * A decision. What a launcher must know is in the status and the headers too, so that the
   * smallest client needs no JSON.
   */
  static Answer decision(Decision decision) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Kernelgate-Boot", String.valueOf(decision.mayBoot()));
    headers.put("Kernelgate-Verdict", decision.verdict().outcome().toString());
    headers.put("Kernelgate-Reason", decision.verdict().reason().toString());
    decision.digest().ifPresent(digest -> headers.put("Kernelgate-Digest", digest.toString()));
    HttpResponseStatus status = decisionStatus(decision);
    if (status.equals(HttpResponseStatus.SERVICE_UNAVAILABLE)) {
      headers.put("Retry-After", retryAfterSeconds(decision.verdict()));
    }
    return new Answer(status, JSON, headers, text(decision.toFields()));
  }

  /**
   * A refusal as RFC 9457 problem details. The type is {@code about:blank}, so the title is the
   * status's phrase; what kind of refusal it is stands in {@code reason}.
   */
  static Answer refusal(RefusedException refused) {
    Refusal refusal = refused.refusal();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", "about:blank");
    members.put("title", refusal.status().reasonPhrase());
    members.put("status", refusal.status().code());
    members.put("detail", refused.detail());
    members.put("reason", refusal);
    members.put("remedy", refusal.remedy());
    Map<String, String> headers = new LinkedHashMap<>(refused.headers());
    headers.put("Kernelgate-Boot", "false");
    return new Answer(refusal.status(), PROBLEM, headers, text(members));
  }

  private static HttpResponseStatus decisionStatus(Decision decision) {
    if (decision.mayBoot()) {
      return HttpResponseStatus.OK;
    }
    return switch (decision.verdict().outcome()) {
      case TRUSTED -> HttpResponseStatus.OK;
      case REJECTED -> HttpResponseStatus.FORBIDDEN;
      case UNDETERMINED -> HttpResponseStatus.SERVICE_UNAVAILABLE;
    };
  }

  private static String retryAfterSeconds(Verdict verdict) {
    Optional<Duration> asked =
        verdict instanceof Verdict.Undetermined open ? open.retryAfter() : Optional.empty();
    return String.valueOf(Math.max(1, asked.orElse(RETRY_AFTER).toSeconds()));
  }

  private static byte[] text(Map<String, ?> members) {
    return (JsonText.of(members) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
