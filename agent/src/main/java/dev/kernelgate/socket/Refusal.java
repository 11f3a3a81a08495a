// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.socket;

import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * Why a request gets no answer of its own. These are about the request, not about a kernel; whoever
 * gets one does not boot.
 */
enum Refusal {
  MALFORMED_REQUEST(
      400, "MalformedRequest", "Correct the request; the detail names the member or parameter."),
  FOREIGN_PEER(
      403,
      "ForeignPeer",
      "Ask as a user or group that kernelgate's configuration gives this right."),
  BROWSER_REQUEST(
      403,
      "BrowserRequest",
      "Leave out the headers Origin and Referer; the socket does not serve browsers."),
  UNKNOWN_PATH(
      404,
      "UnknownPath",
      "Use a path of this version's API: /v1/decide, /v1/manifests/, /v1/verdicts, /v1/pods,"
          + " /v1/status, /v1/forget, /healthz, /readyz, /metrics."),
  UNKNOWN_DIGEST(
      404,
      "UnknownDigest",
      "Ask /v1/decide; only digests that the agent decided upon since it started, and remembers,"
          + " are known here."),
  METHOD_NOT_ALLOWED(405, "MethodNotAllowed", "Use a method that the header Allow names."),
  REQUEST_TOO_SLOW(408, "RequestTooSlow", "Send the whole request within the time limit."),
  BODY_TOO_LARGE(
      413,
      "BodyTooLarge",
      "Send at most 16 KiB; a request for a decision needs a few hundred bytes."),
  HEADERS_TOO_LARGE(
      431, "HeadersTooLarge", "Keep the request line and the headers below 8 KiB each."),
  NOT_READY(
      503, "NotReady", "Ask again in a moment; if it persists, /v1/status says what is missing.");

  private final int status;
  private final String word;
  private final String remedy;

  Refusal(int status, String word, String remedy) {
    this.status = status;
    this.word = word;
    this.remedy = remedy;
  }

  HttpResponseStatus status() {
    return HttpResponseStatus.valueOf(status);
  }

  String remedy() {
    return remedy;
  }

  /** The member {@code reason} of the answer. */
  @Override
  public String toString() {
    return word;
  }
}
