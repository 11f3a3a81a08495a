// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.node.NodeKernels;
import dev.kernelgate.node.PodManifestDirectory;
import dev.kernelgate.node.UnixGroups;
import dev.kernelgate.oci.KernelImages;
import dev.kernelgate.registry.RegistryImageSource;
import dev.kernelgate.socket.PeerRights;
import dev.kernelgate.socket.SocketServer;
import dev.kernelgate.socket.SocketSettings;
import dev.kernelgate.verification.CheckSlots;
import dev.kernelgate.verification.KernelVerifier;
import dev.kernelgate.verification.SignatureVerifier;
import dev.kernelgate.verification.VerdictBook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running agent: made of its parts here, closed in reverse. */
final class Agent implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
  private static final int ROOT = 0;
  private static final int WAITING_CHECKS = 1024;
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration JUDGE_AGAIN = Duration.ofSeconds(30);

  private final AgentConfig config;
  private final Surroundings surroundings;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final RegistryImageSource registries;
  private final KernelVerifier verifier;
  private final VerdictBook book = new VerdictBook();
  private final AgentStatus status;
  private final SocketServer socket;
  private final Optional<PodJudge> pods;

  private Agent(AgentConfig config, Architecture host, Surroundings surroundings)
      throws IOException {
    this.config = config;
    this.surroundings = surroundings;
    SignatureVerifier signatures = Adapters.verifier(config.trustRoots());
    this.registries = Adapters.registries(config.images(), surroundings);
    this.verifier =
        new KernelVerifier(
            new NodeKernels(config.node().daemonToml()),
            new KernelImages(Adapters.sources(config.images(), registries), host),
            signatures,
            config.policy(),
            slots(),
            surroundings.clock());
    this.status =
        new AgentStatus(
            new AgentStatus.Identity(
                Version.current(),
                host.platform(),
                config.policy().mode().toString(),
                config.policy().revision(),
                signatures.trustRootRevision(),
                surroundings.clock().instant(),
                !(signatures instanceof UnusableTrustRoot)));
    this.socket =
        SocketServer.open(
            socketSettings(),
            new NodeGate(verifier, book, status, new DecisionLog()),
            surroundings.nanoTime());
    this.pods = config.node().podManifests().map(this::podJudge);
  }

  /**
   * Starts an agent; it answers when this returns.
   *
   * @throws IOException if its socket cannot be opened; the message is a sentence
   */
  static Agent start(AgentConfig config, Architecture host, Surroundings surroundings)
      throws IOException {
    Agent agent = new Agent(config, host, surroundings);
    agent.pods.ifPresent(PodJudge::start);
    LOG.atInfo()
        .addKeyValue("KERNELGATE_SOCKET", config.socket().path())
        .addKeyValue("KERNELGATE_PLATFORM", host.platform())
        .addKeyValue("KERNELGATE_MODE", config.policy().mode())
        .log("answering");
    return agent;
  }

  @Override
  public void close() throws IOException {
    pods.ifPresent(PodJudge::close);
    socket.close();
    registries.close();
    threads.shutdownNow();
    LOG.info("stopped");
  }

  private CheckSlots slots() {
    return new CheckSlots(
        threads,
        surroundings.nanoTime(),
        config.checks().deadline(),
        config.checks().concurrency(),
        WAITING_CHECKS);
  }

  private PodJudge podJudge(Path directory) {
    return new PodJudge(
        new PodManifestDirectory(directory, Set.copyOf(config.node().runtimeClasses())),
        verifier,
        book,
        status,
        surroundings,
        new PodJudge.Pace(LOOK, JUDGE_AGAIN, config.checks().deadline()));
  }

  private SocketSettings socketSettings() throws IOException {
    AgentConfig.Socket configured = config.socket();
    return SocketSettings.at(
        configured.path(),
        configured.permissions(),
        configured.group(),
        rights(configured.group()),
        config.checks().deadline());
  }

  /** Root, whoever runs the agent, and the socket's group. */
  private static PeerRights rights(Optional<String> group) throws IOException {
    Set<Integer> uids = new HashSet<>();
    uids.add(ROOT);
    uids.add((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    Set<Integer> gids = new HashSet<>();
    if (group.isPresent()) {
      gids.add(UnixGroups.gid(group.get()));
    }
    return PeerRights.full(uids, gids);
  }
}
