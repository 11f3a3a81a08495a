// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.ahead.Pace;
import dev.kernelgate.ahead.PodJudge;
import dev.kernelgate.ahead.WarmUp;
import dev.kernelgate.canary.Canary;
import dev.kernelgate.canary.OwnSocket;
import dev.kernelgate.chore.Chores;
import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.host.HostKernelWatch;
import dev.kernelgate.ledger.Ledger;
import dev.kernelgate.metrics.AgentMetrics;
import dev.kernelgate.node.HostKernelFile;
import dev.kernelgate.node.PodManifestDirectory;
import dev.kernelgate.verification.KernelVerifier;
import dev.kernelgate.verification.PodSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the agent does with its verifier unasked, as configured: it judges pods and named kernels
 * ahead, compares the host's kernel, and tests itself. Started and closed by one thread.
 */
final class Duties implements AutoCloseable {

  private final AgentConfig config;
  private final Surroundings surroundings;
  private final KernelVerifier verifier;
  private final Ledger ledger;
  private final AgentStatus status;
  private final WarmUp warmUp;
  private final Optional<HostKernelWatch> hostKernel;
  private final Canary canary;
  private Optional<PodJudge> pods = Optional.empty();

  /**
   * Nothing is done yet.
   *
   * @param own where the canary asks
   */
  Duties(
      Setting setting, KernelVerifier verifier, Ledger ledger, AgentStatus status, OwnSocket own) {
    this.config = setting.config();
    this.surroundings = setting.surroundings();
    this.verifier = verifier;
    this.ledger = ledger;
    this.status = status;
    this.warmUp =
        new WarmUp(
            WarmUp.kernelsOf(config.node().warmUp(), config.policy()),
            verifier,
            ledger,
            surroundings.nanoTime(),
            Pace.usual(budget()));
    this.hostKernel = config.node().hostKernel().map(this::hostKernelWatch);
    this.canary =
        new Canary(canaryPlan(), own, status::note, surroundings.clock(), surroundings.nanoTime());
  }

  /** Knows which questions are the agent's own. */
  Canary canary() {
    return canary;
  }

  /** Begins with what takes no pods. */
  void start(Chores chores) {
    warmUp.start(chores);
    hostKernel.ifPresent(host -> chores.every(HostKernelWatch.APART, "host kernel", host::look));
  }

  /** Begins to judge pods: those of the cluster, or else of the directory that is configured. */
  void judgePods(Optional<ClusterMember> member, Chores chores) {
    pods = podSource(member).map(source -> podJudge(source, member));
    pods.ifPresent(judge -> chores.every(PodJudge.LOOK, "pods", judge::look));
  }

  /** Begins to test the gate, which has to be ready. */
  void testTheGate(Chores chores) {
    chores.every(Canary.LOOK, "canary", canary::look);
  }

  /** Other rules are in force: everything is due. */
  void doAnew() {
    pods.ifPresent(PodJudge::judgeAnew);
    warmUp.judgeAnew();
    canary.askAnew();
  }

  /** The members of the status. */
  Map<String, Object> toFields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("warmUp", warmUp.toFields());
    fields.put("hostKernel", hostKernel.map(HostKernelWatch::toFields));
    fields.put("canary", canary.toFields());
    return fields;
  }

  void show(AgentMetrics metrics) {
    canary.show(metrics);
    HostKernelWatch.show(hostKernel, metrics);
  }

  /** Gives up what is under way, once the chores have ended. */
  @Override
  public void close() {
    pods.ifPresent(PodJudge::close);
  }

  private Optional<PodSource> podSource(Optional<ClusterMember> member) {
    Set<String> runtimeClasses = Set.copyOf(config.node().runtimeClasses());
    return member
        .map(ClusterMember::pods)
        .or(
            () ->
                config
                    .node()
                    .podManifests()
                    .map(directory -> new PodManifestDirectory(directory, runtimeClasses)));
  }

  private PodJudge podJudge(PodSource source, Optional<ClusterMember> member) {
    return new PodJudge(
        source,
        verifier,
        member.map(ClusterMember::events).map(ledger::telling).orElse(ledger),
        status::note,
        surroundings.nanoTime(),
        Pace.usual(budget()));
  }

  private HostKernelWatch hostKernelWatch(AgentConfig.HostKernel configured) {
    HostKernelFile file =
        new HostKernelFile(
            configured.file().orElseGet(HostKernelFile::usual), surroundings.clock());
    return new HostKernelWatch(
        configured.image(), file.path(), file::digest, verifier, surroundings.nanoTime(), budget());
  }

  private Canary.Plan canaryPlan() {
    return new Canary.Plan(
        config.canary().trusted(), config.canary().unsigned(), config.canary().every(), budget());
  }

  private Duration budget() {
    return config.checks().deadline();
  }
}
