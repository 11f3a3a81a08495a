// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import dev.kernelgate.json.JsonReader;
import dev.kernelgate.json.MalformedJsonException;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** What a registry's answers mean. Only a status listed here means anything. */
final class Answers {

  private final InstantSource clock;

  Answers(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * The answer to a manifest or blob request: the reply when it was found, empty when it is
   * definitely not there.
   */
  Optional<Reply> found(Reply reply) throws ProblemException {
    return switch (reply.status()) {
      case 200 -> Optional.of(within(reply));
      case 404 -> absent(reply);
      default -> throw refusal(reply);
    };
  }

  /**
   * The answer of the referrers API: the reply, empty when there is no such API.
   *
   * <p>The distribution-spec names 404 alone, in any form; registries that predate the API are seen
   * to answer 400, 405 and 406 to the path. None of them is an answer about signatures: the
   * fallback tag is asked next.
   */
  Optional<Reply> referrers(Reply reply) throws ProblemException {
    return switch (reply.status()) {
      case 200 -> Optional.of(within(reply));
      case 400, 404, 405, 406 -> Optional.empty();
      default -> throw refusal(reply);
    };
  }

  /** The answer of a token service, which must be a success. */
  Reply token(Reply reply) throws ProblemException {
    return switch (reply.status()) {
      case 200 -> within(reply);
      case 400, 404 ->
          throw problem(Reason.REGISTRY_UNAUTHORIZED, reply, "gives no token", Optional.empty());
      default -> throw refusal(reply);
    };
  }

  /** What any other status means. */
  private ProblemException refusal(Reply reply) {
    Optional<Duration> retryAfter = RetryAfter.of(reply.headers(), clock);
    return switch (reply.status()) {
      case 401, 403 ->
          problem(Reason.REGISTRY_UNAUTHORIZED, reply, "refuses access", Optional.empty());
      case 429 -> problem(Reason.REGISTRY_THROTTLED, reply, "allows no more requests", retryAfter);
      case 408, 500, 502, 503, 504 ->
          problem(Reason.REGISTRY_UNREACHABLE, reply, "cannot answer now", retryAfter);
      default ->
          problem(Reason.REGISTRY_MISBEHAVED, reply, "answers unexpectedly", Optional.empty());
    };
  }

  private static Reply within(Reply reply) throws ProblemException {
    if (reply.body().tooLarge()) {
      throw new ProblemException(
          Reason.LIMIT_EXCEEDED, Failures.describe(reply.uri()) + " sends more than the limit");
    }
    return reply;
  }

  /**
   * Absence is believed from an answer that a registry can give: no body, plain text, or the error
   * list of the distribution-spec ("Error Codes": a JSON body MUST have that form). A page is a
   * proxy's or a portal's.
   */
  private static Optional<Reply> absent(Reply reply) throws ProblemException {
    boolean registryLike =
        reply.isJson() ? isErrorList(reply) : !reply.isPage() && !reply.body().tooLarge();
    if (!registryLike) {
      throw problem(
          Reason.REGISTRY_MISBEHAVED,
          reply,
          "says so with a body that no registry sends, of type "
              + Untrusted.quote(reply.mediaType()),
          Optional.empty());
    }
    return Optional.empty();
  }

  private static boolean isErrorList(Reply reply) {
    if (reply.body().tooLarge()) {
      return false;
    }
    if (reply.body().bytes().length == 0) {
      return true;
    }
    try {
      JsonReader.read(reply.body().bytes()).objects("errors");
      return true;
    } catch (MalformedJsonException _) {
      return false;
    }
  }

  private static ProblemException problem(
      Reason reason, Reply reply, String what, Optional<Duration> retryAfter) {
    return new ProblemException(
        new Problem(
            reason,
            Failures.describe(reply.uri()) + " " + what + " (status " + reply.status() + ")",
            retryAfter));
  }
}
