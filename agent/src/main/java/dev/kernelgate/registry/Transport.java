// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sends requests and waits for the complete answer, body included, no longer than the deadline; the
 * JDK's own request timeout stops counting at the headers and would let a slow body run for ever.
 * Redirects are followed by hand so that no secret follows them. Stateless; blocks the caller.
 */
final class Transport {

  /** Redirects in one exchange. */
  static final int MAX_REDIRECTS = 5;

  /** Most that is read of an answer that is not a success. */
  static final int MAX_REFUSAL_BYTES = 64 * 1024;

  /**
   * Sends a request and follows its redirects.
   *
   * @throws ProblemException {@code RegistryUnreachable} without a connection, {@code
   *     DeadlineExceeded}, {@code RegistryMisbehaved} for what breaks HTTP or a redirect that must
   *     not be followed
   */
  Reply send(Connection connection, Call call, Deadline deadline) throws ProblemException {
    Call next = call;
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      Reply reply = exchange(connection, next, deadline);
      Optional<URI> target = redirectTarget(connection, next, reply);
      if (target.isEmpty()) {
        return reply;
      }
      next = next.redirectedTo(target.get());
    }
    throw misbehaved(call, "redirects more than " + MAX_REDIRECTS + " times");
  }

  private static Reply exchange(Connection connection, Call call, Deadline deadline)
      throws ProblemException {
    if (deadline.isOver()) {
      throw overdue(call, "could not be asked");
    }
    AtomicBoolean headersArrived = new AtomicBoolean();
    CompletableFuture<HttpResponse<Body>> pending =
        connection
            .clientFor(call.uri())
            .sendAsync(
                request(call, connection.settings().userAgent()),
                info -> {
                  headersArrived.set(true);
                  return taker(call, info, deadline);
                });
    try {
      HttpResponse<Body> response =
          pending.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      return checked(
          call, new Reply(call.uri(), response.statusCode(), response.headers(), response.body()));
    } catch (TimeoutException _) {
      pending.cancel(true);
      throw overdue(
          call, headersArrived.get() ? "did not end its answer" : "did not begin to answer");
    } catch (InterruptedException _) {
      pending.cancel(true);
      Thread.currentThread().interrupt();
      throw new ProblemException(Reason.DEADLINE_EXCEEDED, call + " was interrupted");
    } catch (ExecutionException e) {
      throw Failures.translate(call, e, headersArrived.get());
    }
  }

  private static HttpRequest request(Call call, String userAgent) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(call.uri())
            .header("Accept", call.accept())
            .header("User-Agent", userAgent);
    call.authorization().ifPresent(value -> request.header("Authorization", value));
    call.form()
        .ifPresent(
            form ->
                request
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form)));
    return request.build();
  }

  private static HttpResponse.BodySubscriber<Body> taker(
      Call call, HttpResponse.ResponseInfo info, Deadline deadline) {
    long announced = info.headers().firstValueAsLong("Content-Length").orElse(0);
    return info.statusCode() == 200
        ? switch (call.taken()) {
          case Call.Taken.Whole(int maxBytes) -> new BodyCollector(maxBytes, announced);
          case Call.Taken.Arriving() -> new BodyStream(call, deadline);
        }
        : new BodyCollector(MAX_REFUSAL_BYTES, announced);
  }

  /**
   * Compression was not asked for: bytes that are hashed must be the bytes on the wire, and a small
   * body must not unfold into a large one.
   */
  private static Reply checked(Call call, Reply reply) throws ProblemException {
    String encoding = reply.headers().firstValue("Content-Encoding").orElse("identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      reply.body().abandon();
      throw misbehaved(call, "sends content encoding " + Untrusted.quote(encoding) + " unasked");
    }
    return reply;
  }

  private static Optional<URI> redirectTarget(Connection connection, Call call, Reply reply)
      throws ProblemException {
    return switch (reply.status()) {
      case 301, 302, 303, 307, 308 -> Optional.of(target(connection, call, reply));
      default -> Optional.empty();
    };
  }

  private static URI target(Connection connection, Call call, Reply reply) throws ProblemException {
    String location =
        reply
            .headers()
            .firstValue("Location")
            .orElseThrow(() -> misbehaved(call, "redirects without saying where"));
    if (call.form().isPresent()) {
      throw misbehaved(call, "redirects a request that carries a secret");
    }
    URI target;
    try {
      target = Call.resolve(call.uri(), location);
    } catch (IllegalArgumentException _) {
      throw misbehaved(call, "redirects to " + shown(location) + ", which is no address");
    }
    boolean secure = "https".equals(target.getScheme());
    boolean plainToPlain =
        "http".equals(target.getScheme())
            && call.uri().getScheme().equals("http")
            && connection.isPlainHttp();
    if (!Call.isUsable(target) || !(secure || plainToPlain)) {
      throw misbehaved(call, "redirects to " + shown(location) + ", where it is not followed");
    }
    return target;
  }

  /** Without the query, which in a signed address is a secret. */
  private static String shown(String location) {
    int query = location.indexOf('?');
    return Untrusted.quote(query < 0 ? location : location.substring(0, query));
  }

  private static ProblemException overdue(Call call, String what) {
    return new ProblemException(
        Reason.DEADLINE_EXCEEDED, call + " " + what + " within the deadline");
  }

  private static ProblemException misbehaved(Call call, String what) {
    return new ProblemException(Reason.REGISTRY_MISBEHAVED, call + " " + what);
  }
}
