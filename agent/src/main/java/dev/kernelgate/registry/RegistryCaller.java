// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Asks one registry one thing: answers its challenge, and tries again where the registry was out of
 * reach and the deadline leaves room. Safe for concurrent use; blocks the caller.
 */
final class RegistryCaller {

  /** Tries in all. */
  static final int MAX_TRIES = 3;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private final Transport transport;
  private final Authenticator authenticator;
  private final Pause pause;

  /** Turns a complete reply into an answer, or says what it means instead. */
  @FunctionalInterface
  interface Reading {
    Optional<Reply> of(Reply reply) throws ProblemException;
  }

  RegistryCaller(Transport transport, Authenticator authenticator, Pause pause) {
    this.transport = transport;
    this.authenticator = authenticator;
    this.pause = pause;
  }

  /**
   * Asks and reads the answer.
   *
   * @throws ProblemException what the last try ended with
   */
  Optional<Reply> ask(Location location, Call call, Reading reading, Deadline deadline)
      throws ProblemException {
    Duration wait = FIRST_PAUSE;
    for (int tried = 1; ; tried++) {
      try {
        return reading.of(authorized(location, call, deadline));
      } catch (ProblemException e) {
        // The jitter keeps the nodes of a cluster from coming back all at once.
        Duration jittered = wait.plusMillis(ThreadLocalRandom.current().nextLong(wait.toMillis()));
        boolean timeLeft = deadline.remaining().compareTo(jittered.multipliedBy(2)) > 0;
        if (tried == MAX_TRIES || !timeLeft || !Failures.isWorthAnotherTry(e)) {
          throw e;
        }
        pauseFor(jittered, e);
        wait = wait.multipliedBy(2);
      }
    }
  }

  private Reply authorized(Location location, Call call, Deadline deadline)
      throws ProblemException {
    Optional<String> remembered = authenticator.remembered(location);
    Reply reply =
        transport.send(location.connection(), call.withAuthorization(remembered), deadline);
    if (!isChallenge(call, reply)) {
      return reply;
    }
    authenticator.forget(location);
    String authorization = authenticator.answer(location, reply, deadline);
    Reply second =
        transport.send(
            location.connection(), call.withAuthorization(Optional.of(authorization)), deadline);
    if (isChallenge(call, second)) {
      authenticator.forget(location);
    }
    return second;
  }

  /** Only the registry itself may ask for credentials, not a host that it redirected to. */
  private static boolean isChallenge(Call call, Reply reply) {
    return reply.status() == 401 && Call.isSameOrigin(call.uri(), reply.uri());
  }

  private void pauseFor(Duration wait, ProblemException reason) throws ProblemException {
    try {
      pause.of(wait);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ProblemException(
          Reason.REGISTRY_UNREACHABLE, reason.problem().detail() + ", then interrupted");
    }
  }
}
