// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import dev.kernelgate.json.JsonText;
import dev.kernelgate.verdict.Verdict;
import dev.kernelgate.verification.Decision;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One answer, ready to be encoded.
 *
 * @param headers beside Content-Type, Content-Length and Connection
 */
record Answer(
    HttpResponseStatus status, String contentType, Map<String, String> headers, byte[] body) {

  private static final String JSON = "application/json";
  private static final String PROBLEM = "application/problem+json";
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

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
