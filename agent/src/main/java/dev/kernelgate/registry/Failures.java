// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Tells what a failure of the HTTP client means. */
final class Failures {

  private Failures() {}

  /**
   * The problem that a failed exchange is.
   *
   * @param headersArrived whether the answer had begun; then the connection worked and the answer
   *     was cut short
   */
  static ProblemException translate(Call call, Throwable failure, boolean headersArrived) {
    if (causeOf(failure, SSLException.class).isPresent() && !headersArrived) {
      return unreachable(call, "the TLS handshake failed: " + deepestMessage(failure), failure);
    }
    if (headersArrived) {
      return new ProblemException(
          Reason.REGISTRY_MISBEHAVED,
          call + " was answered with a body that is cut short",
          failure);
    }
    if (causeOf(failure, ProtocolException.class).isPresent()) {
      return new ProblemException(
          Reason.REGISTRY_MISBEHAVED,
          call + " was answered with something else than HTTP",
          failure);
    }
    if (causeOf(failure, UnresolvedAddressException.class).isPresent()
        || causeOf(failure, UnknownHostException.class).isPresent()) {
      return unreachable(call, "the host name cannot be resolved", failure);
    }
    if (causeOf(failure, HttpConnectTimeoutException.class).isPresent()) {
      return unreachable(call, "no connection within the connect time limit", failure);
    }
    if (causeOf(failure, ConnectException.class).isPresent()) {
      return unreachable(call, "the connection was refused", failure);
    }
    return unreachable(call, "the connection failed: " + deepestMessage(failure), failure);
  }

  /** Whether another try may go better: the same certificate will not please a second time. */
  static boolean isWorthAnotherTry(ProblemException e) {
    return e.problem().reason() == Reason.REGISTRY_UNREACHABLE
        && e.problem().retryAfter().isEmpty()
        && causeOf(e, SSLException.class).isEmpty();
  }

  /**
   * An address for messages, made harmless. The path stays encoded, since a redirect may hide
   * control characters in it, and the query is left away, since it may hold a signature.
   */
  static String describe(URI uri) {
    return Untrusted.quote(hostOf(uri) + uri.getRawPath());
  }

  private static String hostOf(URI uri) {
    return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }

  private static ProblemException unreachable(Call call, String what, Throwable cause) {
    return new ProblemException(
        Reason.REGISTRY_UNREACHABLE, hostOf(call.uri()) + ": " + what, cause);
  }

  private static <T extends Throwable> Optional<T> causeOf(Throwable failure, Class<T> type) {
    @Nullable Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 10; depth++) {
      if (type.isInstance(cause)) {
        return Optional.of(type.cast(cause));
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  private static String deepestMessage(Throwable failure) {
    @Nullable Throwable deepest = failure;
    String message = failure.getClass().getSimpleName();
    for (int depth = 0; deepest != null && depth < 10; depth++) {
      message = Optional.ofNullable(deepest.getMessage()).orElse(message);
      deepest = deepest.getCause();
    }
    return Untrusted.quote(message);
  }
}
