// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.canary.OwnSocket;
import dev.kernelgate.canary.SelfCheck;
import dev.kernelgate.chore.Chores;
import dev.kernelgate.chore.HeapRoom;
import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.evidence.DiskBoots;
import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.ledger.Ledger;
import dev.kernelgate.metrics.AgentMetrics;
import dev.kernelgate.systemd.AgentMessage;
import dev.kernelgate.systemd.LogConfigurator;
import dev.kernelgate.systemd.ServiceNotifier;
import dev.kernelgate.verification.GateHealth;
import dev.kernelgate.verification.SignatureVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running agent: made of its parts here, closed in reverse. It starts in two phases. First what
 * it takes to be asked, while the verifier of signatures and the cluster's client, which take
 * longest, are made on threads of their own; a question that comes then waits for the verifier
 * within its own time. When those are there, the agent is ready and says so.
 */
final class Agent implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
  private static final Duration SELF_CHECK = Duration.ofSeconds(5);
  private static final Duration BOOTS_APART = Duration.ofSeconds(1);

  private final AgentConfig config;
  private final Surroundings surroundings;
  private final Ledger ledger = Ledger.empty();

  /** What takes long at the start, and the self-check. */
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().name("agent").factory());

  private final ComingVerifier signatures;
  private final AgentStatus status;
  private final ComingMember comingMember;
  private final Chores chores;
  private final KernelChecks checks;
  private final Optional<DiskBoots> boots;
  private final Duties duties;
  private final Heartbeat heartbeat;
  private final Entrances entrances;
  private Optional<ClusterMember> member = Optional.empty();

  private Agent(Setting setting, ComingVerifier signatures) throws IOException {
    this.config = setting.config();
    this.surroundings = setting.surroundings();
    this.signatures = signatures;
    this.status =
        new AgentStatus(
            new AgentStatus.Identity(Version.current(), setting.host().platform(), now()),
            AgentStatus.Rules.of(config, signatures, new GateHealth.TrustRoot.Coming(), now()),
            surroundings.clock());
    this.chores = new Chores(failing -> status.note(AgentStatus.Topic.CHORES, failing));
    this.comingMember =
        ComingMember.madeBy(
            () -> ClusterMember.of(config, surroundings, ledger.book(), status),
            config.kubernetes(),
            threads);
    this.checks = new KernelChecks(setting, signatures, comingMember.keychains(), ledger, status);
    this.boots =
        Adapters.boots(
            config.evidence(), problems -> status.note(AgentStatus.Topic.BOOTS, problems));
    boots.ifPresent(disk -> ledger.book().restore(disk.read()));
    OwnSocket own = new OwnSocket(config.socket().path(), threads);
    this.duties = new Duties(setting, checks.verifier(), ledger, status, own);
    this.heartbeat =
        new Heartbeat(
            ServiceNotifier.of(surroundings.environment(), ProcessHandle.current().pid()),
            () -> List.of(ledger.book().condition(), status.health().condition()),
            new SelfCheck(own, SELF_CHECK));
    this.entrances =
        Entrances.open(
            config,
            new NodeGate(checks.verifier(), ledger, status, duties.canary(), this::facts),
            surroundings);
    showNumbers();
  }

  /**
   * Starts an agent; it is ready when this returns.
   *
   * @throws IOException if its socket cannot be opened or its cluster is not known; the message is
   *     a sentence
   */
  static Agent start(AgentConfig config, Architecture host, Surroundings surroundings)
      throws IOException {
    return start(
        new Setting(config, host, surroundings),
        ComingVerifier.of(TrustRoots.verifier(config.trustRoots())));
  }

  /** The same with a verifier that may still be in the making. */
  static Agent start(Setting setting, ComingVerifier signatures) throws IOException {
    Agent agent = new Agent(setting, signatures);
    try {
      agent.complete();
      return agent;
    } catch (IOException | RuntimeException e) {
      agent.close();
      throw e;
    }
  }

  /** The second phase. Pods are looked at while the verifier is being made. */
  private void complete() throws IOException {
    checks.start(chores);
    duties.start(chores);
    member = comingMember.await();
    member.ifPresent(cluster -> cluster.follow(chores));
    duties.judgePods(member, chores);
    tellRules(config, signatures.await());
    chores.every(BOOTS_APART, "boot records", this::keepBoots);
    LOG.atInfo()
        .addMarker(AgentMessage.STARTED.marker())
        .addKeyValue("KERNELGATE_SOCKET", config.socket().path())
        .addKeyValue("KERNELGATE_PLATFORM", status.platform())
        .addKeyValue("KERNELGATE_MODE", config.policy().mode())
        .log(
            "answering on {} for {}, mode {}",
            config.socket().path(),
            status.platform(),
            config.policy().mode());
    member.ifPresent(cluster -> cluster.tell(chores));
    chores.every(Heartbeat.APART, "heartbeat", heartbeat::beat);
    duties.testTheGate(chores);
    chores.every(HeapRoom.LOOK, "heap", HeapRoom.ofProcess()::look);
  }

  /** Judges by other rules from now on, running pods too. */
  void judgeBy(AgentConfig rules, SignatureVerifier by) {
    checks.verifier().judgeBy(rules.policy(), by);
    ledger.book().forgetVerdicts();
    tellRules(rules, by);
    duties.doAnew();
  }

  /** Keeps to the file that the agent was configured by from now on. */
  void follow(Path file) {
    chores.every(RuleWatch.APART, "configuration", following(file)::look);
  }

  /** The same, where somebody else says when to look. */
  RuleWatch following(Path file) {
    return new RuleWatch(
        file, config, signatures.trustRootRevision(), this::judgeBy, status, surroundings.clock());
  }

  @Override
  public void close() throws IOException {
    heartbeat.close();
    chores.close();
    duties.close();
    entrances.close();
    keepBoots();
    member.ifPresent(ClusterMember::close);
    checks.close();
    threads.shutdownNow();
    LOG.atInfo().addMarker(AgentMessage.STOPPED.marker()).log("stopped");
  }

  private void keepBoots() {
    boots.ifPresent(disk -> disk.keep(ledger.book().boots()));
  }

  private void tellRules(AgentConfig rules, SignatureVerifier by) {
    status.judgesBy(
        AgentStatus.Rules.of(rules, by, TrustRoots.standing(by, rules.trustRoots()), now()));
    ledger.metrics().build(status.build());
  }

  private Instant now() {
    return surroundings.clock().instant();
  }

  private Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("node", checks.node());
    facts.putAll(duties.toFields());
    return facts;
  }

  private void showNumbers() {
    AgentMetrics metrics = ledger.metrics();
    checks.show(metrics);
    entrances.show(metrics);
    duties.show(metrics);
    metrics.counter(
        "kernelgate_log_entries_lost",
        "Log entries that whoever reads the log was too slow to take.",
        LogConfigurator::lost);
    metrics.gauge(
        "kernelgate_problems",
        "Problems that the status lists.",
        () -> status.health().problems().all().size());
  }
}
