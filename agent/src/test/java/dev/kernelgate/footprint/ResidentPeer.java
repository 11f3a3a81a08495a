// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.footprint;

import dev.kernelgate.footprint.PeerSample.Column;
import dev.kernelgate.footprint.Peers.Format;
import dev.kernelgate.testing.Fixtures;
import dev.kernelgate.testing.TestRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** An agent that stays, and answers on a socket. */
final class ResidentPeer implements Peers.Peer {

  private static final int CHECKS = 1000;
  private static final int QUESTIONS = 2000;
  private static final int JUNK_CHECKS = 11;
  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final double MILLION = 1e6;

  private final Format format;
  private final Starter starter;

  private interface Starter {
    AgentProcess start(Peers.Place place, Path socket) throws IOException;
  }

  private ResidentPeer(Format format, Starter starter) {
    this.format = format;
    this.starter = starter;
  }

  /** The packed agent, with all that it does on a node without a cluster. */
  static ResidentPeer kernelgate(Format format) {
    return new ResidentPeer(
        format,
        (place, socket) -> {
          Path config = place.directory().resolve("kernelgate.yaml");
          String own =
              """
              socket: {path: %s}
              evidence: {directory: %s}
              """
                  .formatted(socket, Files.createDirectory(place.directory().resolve("evidence")));
          String shared =
              place
                  .registry()
                  .configuration()
                  .replace("plainHttp: true", "caFile: " + place.authority());
          Files.writeString(config, shared + own);
          return AgentProcess.start(config, socket, List.of(), "node-1");
        });
  }

  /** {@code bench/go-agent}. */
  static ResidentPeer go(Path program) {
    return new ResidentPeer(
        Format.BUNDLE,
        (place, socket) -> {
          List<String> command =
              List.of(
                  program.toString(),
                  socket.toString(),
                  Fixtures.root().resolve("trust/trusted_root.json").toAbsolutePath().toString(),
                  CosignPeer.ISSUER,
                  CosignPeer.IDENTITY,
                  CosignPeer.REPOSITORY);
          return AgentProcess.start(
              command,
              Map.of("SSL_CERT_FILE", place.authority().toString()),
              place.directory().resolve("agent.log"),
              socket);
        });
  }

  @Override
  public PeerSample measure(Peers.Place place) throws IOException {
    TestRegistry registry = place.registry();
    Map<Column, Double> values = new EnumMap<>(Column.class);
    String image = format.image(registry);
    try (AgentProcess agent = starter.start(place, place.directory().resolve("kernelgate.sock"))) {
      Duration start = agent.firstGood(AgentProcess.decision(image));
      values.put(Column.START, start.toNanos() / MILLION);
      LockSupport.parkNanos(SETTLE.toNanos());
      values.put(Column.START_RESIDENT, mebibytes(agent));
      Duration cpu = agent.cpu();
      registry.forgetRequests();
      values.put(Column.FRESH, fresh(agent, image, CHECKS));
      values.put(Column.REQUESTS, registry.requests().size() / (double) CHECKS);
      values.put(Column.FRESH_CPU, agent.cpu().minus(cpu).toNanos() / MILLION / CHECKS);
      values.put(Column.REPEATED, repeated(agent, image));
      values.put(Column.JUNK, fresh(agent, format.junk(registry), JUNK_CHECKS));
      values.put(Column.RESIDENT, mebibytes(agent));
    }
    return new PeerSample(values);
  }

  private static double fresh(AgentProcess agent, String image, int checks) {
    List<Double> millis = new ArrayList<>();
    for (int check = 0; check < checks; check++) {
      agent.forget();
      millis.add(trusted(agent, image));
    }
    return PeerSample.medianOf(millis.stream());
  }

  private static double repeated(AgentProcess agent, String image) {
    List<Double> millis = new ArrayList<>();
    for (int question = 0; question < QUESTIONS; question++) {
      millis.add(trusted(agent, image));
    }
    return PeerSample.medianOf(millis.stream());
  }

  /** How many milliseconds the answer takes over a connection of its own. */
  private static double trusted(AgentProcess agent, String image) {
    long before = System.nanoTime();
    int status = agent.decide(image);
    double millis = (System.nanoTime() - before) / MILLION;
    if (status != 200) {
      throw new IllegalStateException(image + ": " + status);
    }
    return millis;
  }

  private static double mebibytes(AgentProcess agent) throws IOException {
    return agent.memory().resident() / 1024.0;
  }
}
