// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.footprint;

import dev.kernelgate.footprint.AgentProcess.Memory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.locks.LockSupport;

/**
 * One start of the agent, and what it took from then on. Times are milliseconds.
 *
 * @param started memory a little after the start
 * @param load absent where a node has nothing to check anew
 * @param idle percent of a core that it takes when nobody asks, where that was waited for
 */
record FootprintSample(Start start, Memory started, Optional<Load> load, OptionalDouble idle) {

  /** How many checks begin anew. */
  static final int CHECKS = 1000;

  /** One each second, for an hour. */
  private static final int QUESTIONS = 3600;

  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final Duration IDLE = Duration.ofMinutes(1);

  /**
   * Times since the process was started, and of its CPU.
   *
   * @param ready asked for when there was a trusted answer, so never before it
   * @param cpu until it was ready
   */
  record Start(double listening, double trusted, double ready, double cpu) {

    private static Start of(AgentProcess agent, MeasuredNode node) {
      Duration listening = agent.firstGood("/healthz");
      Duration trusted = agent.firstGood(AgentProcess.decision(node.launched()));
      Duration ready = agent.firstGood("/readyz");
      return new Start(millis(listening), millis(trusted), millis(ready), millis(agent.cpu()));
    }
  }

  /**
   * Work, and memory after it.
   *
   * @param firstCheck how long the first check took
   * @param checkCpu the agent's CPU for each of many
   * @param checked memory after them
   * @param asked memory after an hour's questions more, answered from what is remembered
   */
  record Load(double firstCheck, double checkCpu, Memory checked, Memory asked) {

    private static Load of(AgentProcess agent, MeasuredNode node) throws IOException {
      List<String> images = node.images();
      long before = System.nanoTime();
      agent.forget();
      agent.decide(images.getFirst());
      double firstCheck = millis(Duration.ofNanos(System.nanoTime() - before));
      Duration cpu = agent.cpu();
      check(agent, images);
      double checkCpu = millis(agent.cpu().minus(cpu)) / CHECKS;
      Memory checked = agent.memory();
      for (int question = 0; question < QUESTIONS; question++) {
        agent.decide(node.launched());
      }
      return new Load(firstCheck, checkCpu, checked, agent.memory());
    }

    /** What was remembered is forgotten between two rounds of all images. */
    private static void check(AgentProcess agent, List<String> images) {
      for (int check = 0; check < CHECKS; check++) {
        int at = check % images.size();
        if (at == 0) {
          agent.forget();
        }
        agent.decide(images.get(at));
      }
    }
  }

  /** Measures an agent from its start on; how idle it is then takes a minute more. */
  static FootprintSample of(AgentProcess agent, MeasuredNode node, boolean isIdleAsked)
      throws IOException {
    Start start = Start.of(agent, node);
    pause(SETTLE);
    Memory started = agent.memory();
    Optional<Load> load =
        node.images().isEmpty() ? Optional.empty() : Optional.of(Load.of(agent, node));
    OptionalDouble idle = isIdleAsked ? OptionalDouble.of(idle(agent)) : OptionalDouble.empty();
    return new FootprintSample(start, started, load, idle);
  }

  private static double idle(AgentProcess agent) {
    pause(SETTLE);
    long before = System.nanoTime();
    Duration cpu = agent.cpu();
    pause(IDLE);
    return 100.0 * agent.cpu().minus(cpu).toNanos() / (System.nanoTime() - before);
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }

  private static void pause(Duration duration) {
    LockSupport.parkNanos(duration.toNanos());
  }
}
