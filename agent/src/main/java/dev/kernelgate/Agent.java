// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.layer.ImageContents;
import dev.kernelgate.node.NodeKernels;
import dev.kernelgate.node.PodManifestDirectory;
import dev.kernelgate.oci.DockerHubMirror;
import dev.kernelgate.oci.EvidenceStore;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.KernelImages;
import dev.kernelgate.oci.LayerStore;
import dev.kernelgate.oci.NodeImageCache;
import dev.kernelgate.oci.ObservedSource;
import dev.kernelgate.oci.PodKeychains;
import dev.kernelgate.registry.RegistryImageSource;
import dev.kernelgate.socket.Gate;
import dev.kernelgate.socket.MetricsPort;
import dev.kernelgate.socket.SocketServer;
import dev.kernelgate.systemd.AgentMessage;
import dev.kernelgate.systemd.ServiceNotifier;
import dev.kernelgate.verification.BootNode;
import dev.kernelgate.verification.CheckSlots;
import dev.kernelgate.verification.GateHealth;
import dev.kernelgate.verification.KernelContents;
import dev.kernelgate.verification.KernelVerifier;
import dev.kernelgate.verification.PodSource;
import dev.kernelgate.verification.SignatureVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running agent: made of its parts here, closed in reverse. */
final class Agent implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
  private static final int WAITING_CHECKS = 1024;
  private static final Duration SELF_CHECK = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final AgentConfig config;
  private final Surroundings surroundings;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final RegistryImageSource registries;
  private final CheckSlots slots;
  private final EvidenceStore evidence;
  private final NodeKernels kernels;
  private final NodeImageCache imageCache;
  private final KernelVerifier verifier;
  private final Ledger ledger = Ledger.empty();
  private final AgentStatus status;
  private final Optional<ClusterMember> member;
  private final Heartbeat heartbeat;
  private final Canary canary;
  private final SocketServer socket;
  private final Optional<MetricsPort> metricsPort;
  private final Optional<PodJudge> pods;
  private final WarmUp warmUp;
  private final Chores chores;

  private Agent(AgentConfig config, Architecture host, Surroundings surroundings)
      throws IOException {
    this.config = config;
    this.surroundings = surroundings;
    SignatureVerifier signatures = Adapters.verifier(config.trustRoots());
    this.status =
        new AgentStatus(
            new AgentStatus.Identity(
                Version.current(), host.platform(), surroundings.clock().instant()),
            rules(config, signatures),
            surroundings.clock());
    this.chores = new Chores(failing -> status.note(AgentStatus.Topic.CHORES, failing));
    this.registries = Adapters.registries(config.images(), surroundings);
    this.slots = slots();
    this.kernels = Adapters.kernels(config.node(), surroundings.clock());
    this.imageCache = Adapters.imageCache(config.node());
    this.evidence = evidence();
    this.member = clusterMember();
    KernelImages images = images(host);
    this.verifier =
        new KernelVerifier(
            new BootNode(kernels, imageCache, contents(images)),
            images,
            signatures,
            config.policy(),
            slots,
            surroundings.clock());
    this.warmUp =
        new WarmUp(
            WarmUp.kernelsOf(config.node().warmUp(), config.policy()),
            verifier,
            ledger,
            surroundings,
            PodJudge.Pace.usual(config.checks().deadline()));
    OwnSocket own = new OwnSocket(config.socket().path(), threads);
    this.heartbeat = heartbeat(own);
    this.canary =
        new Canary(config.canary(), config.checks().deadline(), own, status, surroundings);
    Gate gate = new NodeGate(verifier, ledger, status, canary, this::facts);
    this.socket = AgentSocket.open(config, gate, surroundings);
    this.metricsPort = AgentSocket.metricsPort(config.metrics(), gate);
    this.pods = podSource().map(this::podJudge);
    AgentNumbers.show(ledger.metrics(), slots, socket, status, evidence);
    canary.show(ledger.metrics());
  }

  /**
   * Starts an agent; it answers when this returns.
   *
   * @throws IOException if its socket cannot be opened; the message is a sentence
   */
  static Agent start(AgentConfig config, Architecture host, Surroundings surroundings)
      throws IOException {
    Agent agent = new Agent(config, host, surroundings);
    agent.startChores();
    LOG.atInfo()
        .addMarker(AgentMessage.STARTED.marker())
        .addKeyValue("KERNELGATE_SOCKET", config.socket().path())
        .addKeyValue("KERNELGATE_PLATFORM", host.platform())
        .addKeyValue("KERNELGATE_MODE", config.policy().mode())
        .log(
            "answering on {} for {}, mode {}",
            config.socket().path(),
            host.platform(),
            config.policy().mode());
    agent.chores.every(Heartbeat.APART, "heartbeat", agent.heartbeat::beat);
    return agent;
  }

  /**
   * Files are looked at, not watched: bind mounts and network file systems tell no changes, and a
   * look costs one system call. Answers from memory are never older than one look.
   */
  private void startChores() {
    chores.every(LOOK, "daemon.toml", kernels::look);
    chores.every(LOOK, "image cache", imageCache::look);
    member.ifPresent(cluster -> cluster.start(chores));
    pods.ifPresent(judge -> chores.every(PodJudge.LOOK, "pods", judge::look));
    warmUp.start(chores);
    chores.every(Canary.LOOK, "canary", canary::look);
  }

  /** Judges by other rules from now on, running pods too. */
  void judgeBy(AgentConfig rules, SignatureVerifier signatures) {
    verifier.judgeBy(rules.policy(), signatures);
    ledger.book().forgetVerdicts();
    status.judgesBy(rules(rules, signatures));
    ledger.metrics().build(status.build());
    pods.ifPresent(PodJudge::judgeAnew);
    warmUp.judgeAnew();
    canary.askAnew();
  }

  /** Keeps to the file that the agent was configured by from now on. */
  void follow(Path file) {
    chores.every(RuleWatch.APART, "configuration", following(file)::look);
  }

  /** The same, where somebody else says when to look. */
  RuleWatch following(Path file) {
    return new RuleWatch(file, config, this::judgeBy, status, surroundings.clock());
  }

  @Override
  public void close() throws IOException {
    heartbeat.close();
    chores.close();
    pods.ifPresent(PodJudge::close);
    metricsPort.ifPresent(MetricsPort::close);
    socket.close();
    member.ifPresent(ClusterMember::close);
    registries.close();
    threads.shutdownNow();
    LOG.atInfo().addMarker(AgentMessage.STOPPED.marker()).log("stopped");
  }

  private AgentStatus.Rules rules(AgentConfig rules, SignatureVerifier signatures) {
    GateHealth.TrustRoot trustRoot =
        signatures instanceof UnusableTrustRoot
            ? new GateHealth.TrustRoot.Unusable()
            : new GateHealth.TrustRoot.Usable(Adapters.trustRootsWrittenAt(rules.trustRoots()));
    return new AgentStatus.Rules(
        rules.policy().mode(),
        rules.policy().revision(),
        signatures.trustRootRevision(),
        trustRoot,
        surroundings.clock().instant());
  }

  private EvidenceStore evidence() {
    return Adapters.evidence(
        config.evidence(),
        this::observed,
        threads,
        surroundings.clock(),
        problems -> status.note(AgentStatus.Topic.EVIDENCE, problems));
  }

  private KernelImages images(Architecture host) {
    return new KernelImages(
        Adapters.sources(
            config.images(),
            keychain -> new DockerHubMirror(registries.with(keychain), kernels::dockerHubMirror),
            member.map(ClusterMember::keychains).orElseGet(PodKeychains.None::new),
            this::observed),
        host,
        evidence,
        config.evidence().tagsFor().orElse(Duration.ZERO));
  }

  private KernelContents contents(KernelImages images) {
    LayerStore layers =
        Adapters.layers(
            config.evidence(),
            surroundings.clock(),
            problems -> status.note(AgentStatus.Topic.LAYERS, problems));
    return new ImageContents(images, layers, threads, surroundings.nanoTime());
  }

  private CheckSlots slots() {
    return new CheckSlots(
        threads,
        surroundings.nanoTime(),
        config.checks().deadline(),
        config.checks().concurrency(),
        WAITING_CHECKS);
  }

  private Optional<ClusterMember> clusterMember() throws IOException {
    return config.kubernetes().isEnabled()
        ? Optional.of(ClusterMember.of(config, surroundings, ledger.book(), status))
        : Optional.empty();
  }

  private Optional<PodSource> podSource() {
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

  private PodJudge podJudge(PodSource source) {
    return new PodJudge(
        source,
        verifier,
        member.map(ClusterMember::events).map(ledger::telling).orElse(ledger),
        status,
        surroundings,
        PodJudge.Pace.usual(config.checks().deadline()));
  }

  private Heartbeat heartbeat(OwnSocket own) throws IOException {
    return new Heartbeat(
        ServiceNotifier.of(surroundings.environment(), ProcessHandle.current().pid()),
        () -> List.of(ledger.book().condition(), status.health().condition()),
        new SelfCheck(own, SELF_CHECK));
  }

  private ImageSource observed(ImageSource source) {
    return new ObservedSource(new ObservedSource(source, ledger.metrics()), status.registries());
  }

  private Map<String, Object> facts() {
    Map<String, String> node = new LinkedHashMap<>();
    node.put("imageCache", imageCache.description());
    node.put("daemonToml", kernels.description());
    return Map.of("node", node, "warmUp", warmUp.toFields(), "canary", canary.toFields());
  }
}
