// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.node;

import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.BootName;
import dev.kernelgate.verification.BootNames;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The daemon's configuration, as written and as in force. The daemon reads its file only when it
 * starts, so a file that is newer than that says what will be and not what is. What was in force
 * before is known if it was looked at in time; that is why this looks again and again.
 *
 * <p>When the daemon started is the time of a file that systemd makes then. Without one the file is
 * taken as it is written. Safe for concurrent use; every question reads a file's attributes.
 */
final class DaemonConfiguration {

  private final Path file;
  private final Optional<Path> startStamp;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private Written written;
  private Optional<InForce> inForce = Optional.empty();

  /**
   * The file as it is.
   *
   * @param changedAt the latest time at which its content may have come to be there
   * @param lookedAt when it was last found like this
   */
  private record Written(
      BoundedFile.Found found, DaemonToml content, Instant changedAt, Instant lookedAt) {}

  /** What a daemon read that started at that time. */
  private record InForce(DaemonToml content, Instant daemonStart) {}

  /** The file as written, and what is in force instead where that may be something else. */
  private record State(Written written, Optional<Instant> newerThan, Optional<DaemonToml> before) {}

  /**
   * A configuration, looked at once.
   *
   * @param startStamp a file whose modification time is when the daemon started
   */
  DaemonConfiguration(Path file, Optional<Path> startStamp, InstantSource clock) {
    this.file = file;
    this.startStamp = startStamp;
    this.clock = clock;
    this.written =
        new Written(
            new BoundedFile.Found.Nothing(), DaemonToml.missing(file), Instant.MIN, Instant.MIN);
    look();
  }

  /** Looks at the node again. */
  void look() {
    state();
  }

  /** What the node boots for a variant. */
  BootNames variant(String name) {
    State state = state();
    BootName now = state.written().content().variant(name);
    if (state.newerThan().isEmpty()) {
      return BootNames.only(now);
    }
    BootName before =
        state
            .before()
            .map(content -> content.variant(name))
            .orElseGet(() -> forgotten(state.written().changedAt(), state.newerThan().get()));
    return before.equals(now) ? BootNames.only(now) : new BootNames(before, Optional.of(now));
  }

  /** The host that is asked in place of Docker Hub. */
  Optional<String> dockerHubMirror() {
    State state = state();
    return state.before().orElse(state.written().content()).dockerHubMirror();
  }

  /** How it stands, as a lower-case fragment for people. */
  String description() {
    State state = state();
    return switch (state.written().found()) {
      case BoundedFile.Found.Nothing() -> "there is none";
      case BoundedFile.Found.Unknown(String why) -> "it cannot be read: " + why;
      case BoundedFile.Found.Regular _ -> inForce(state);
    };
  }

  private String inForce(State state) {
    return state
        .newerThan()
        .map(
            start ->
                "changed at %s and not yet in force: the daemon started at %s"
                    .formatted(state.written().changedAt(), start))
        .orElse(
            daemonStart().isPresent()
                ? "in force"
                : "taken to be in force, since when the daemon started is not known");
  }

  private State state() {
    lock.lock();
    try {
      written = lookAgain(written);
      Optional<Instant> start = daemonStart();
      if (start.isEmpty() || !written.changedAt().isAfter(start.get())) {
        inForce = Optional.of(new InForce(written.content(), start.orElse(Instant.MIN)));
        return new State(written, Optional.empty(), Optional.empty());
      }
      Optional<DaemonToml> before =
          inForce.filter(known -> known.daemonStart().equals(start.get())).map(InForce::content);
      return new State(written, start, before);
    } finally {
      lock.unlock();
    }
  }

  private Written lookAgain(Written before) {
    Instant now = clock.instant();
    BoundedFile.Found found = BoundedFile.look(file);
    if (found.equals(before.found())) {
      return new Written(found, before.content(), before.changedAt(), now);
    }
    DaemonToml content =
        switch (found) {
          case BoundedFile.Found.Regular _ -> DaemonToml.read(file);
          case BoundedFile.Found.Nothing() -> DaemonToml.missing(file);
          case BoundedFile.Found.Unknown(String why) -> DaemonToml.unreadable(file, why);
        };
    // A copy may keep an old time, and a link may turn to an old file: what was not there at the
    // last look has come since.
    Instant stamped =
        found instanceof BoundedFile.Found.Regular(BoundedFile.Version version)
            ? version.changedAt()
            : Instant.MIN;
    Instant changedAt = stamped.isAfter(before.lookedAt()) ? stamped : before.lookedAt();
    return new Written(found, content, changedAt, now);
  }

  private Optional<Instant> daemonStart() {
    return startStamp.flatMap(BoundedFile::madeAt);
  }

  private static BootName forgotten(Instant changedAt, Instant daemonStart) {
    return new BootName.None(
        new Problem(
            Reason.CONFIGURATION_UNKNOWN,
            "the file changed at %s, the daemon started at %s, and what was in it before was not seen"
                .formatted(changedAt, daemonStart)));
  }
}
