// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.chore.Chores;
import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.layer.ImageContents;
import dev.kernelgate.ledger.Ledger;
import dev.kernelgate.metrics.AgentMetrics;
import dev.kernelgate.node.NodeKernels;
import dev.kernelgate.oci.DockerHubMirror;
import dev.kernelgate.oci.EvidenceStore;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.KernelImages;
import dev.kernelgate.oci.LayerStore;
import dev.kernelgate.oci.NodeImageCache;
import dev.kernelgate.oci.ObservedSource;
import dev.kernelgate.oci.PodKeychains;
import dev.kernelgate.registry.RegistryImageSource;
import dev.kernelgate.verification.BootNode;
import dev.kernelgate.verification.CheckSlots;
import dev.kernelgate.verification.KernelContents;
import dev.kernelgate.verification.KernelVerifier;
import dev.kernelgate.verification.SignatureVerifier;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What a check of a kernel goes through: the node's own files, registries and layouts, the evidence
 * that was kept, and the verifier over all of them.
 */
final class KernelChecks implements AutoCloseable {

  private static final int WAITING_CHECKS = 1024;
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final RegistryImageSource registries;
  private final NodeKernels kernels;
  private final NodeImageCache imageCache;
  private final EvidenceStore evidence;
  private final CheckSlots slots;
  private final KernelVerifier verifier;

  KernelChecks(
      Setting setting,
      SignatureVerifier signatures,
      PodKeychains keychains,
      Ledger ledger,
      AgentStatus status) {
    AgentConfig config = setting.config();
    Surroundings surroundings = setting.surroundings();
    this.registries = Adapters.registries(config.images(), surroundings);
    this.kernels = Adapters.kernels(config.node(), surroundings.clock());
    this.imageCache = Adapters.imageCache(config.node());
    this.evidence =
        Adapters.evidence(
            config.evidence(),
            source -> observed(source, ledger, status),
            threads,
            surroundings.clock(),
            problems -> status.note(AgentStatus.Topic.EVIDENCE, problems));
    this.slots =
        new CheckSlots(
            threads,
            surroundings.nanoTime(),
            config.checks().deadline(),
            config.checks().concurrency(),
            WAITING_CHECKS);
    KernelImages images =
        new KernelImages(
            Adapters.sources(
                config.images(),
                keychain ->
                    new DockerHubMirror(registries.with(keychain), kernels::dockerHubMirror),
                keychains,
                source -> observed(source, ledger, status)),
            setting.host(),
            evidence,
            config.evidence().tagsFor().orElse(Duration.ZERO));
    this.verifier =
        new KernelVerifier(
            new BootNode(kernels, imageCache, contents(images, setting, status)),
            images,
            signatures,
            config.policy(),
            slots,
            surroundings.clock());
  }

  KernelVerifier verifier() {
    return verifier;
  }

  /**
   * Follows the node's files from now on. They are looked at, not watched: bind mounts and network
   * file systems tell no changes, and a look costs one system call. Answers from memory are never
   * older than one look.
   */
  void start(Chores chores) {
    chores.every(LOOK, "daemon.toml", kernels::look);
    chores.every(LOOK, "image cache", imageCache::look);
  }

  /** What the node's own files say, for the status. */
  Map<String, String> node() {
    Map<String, String> node = new LinkedHashMap<>();
    node.put("imageCache", imageCache.description());
    node.put("daemonToml", kernels.description());
    return node;
  }

  void show(AgentMetrics metrics) {
    metrics.gauge("kernelgate_checks", "Checks that run or wait.", slots::admittedNow);
    metrics.gauge("kernelgate_evidence_bytes", "Evidence kept on disk.", evidence::bytes);
  }

  @Override
  public void close() {
    registries.close();
    threads.shutdownNow();
  }

  private KernelContents contents(KernelImages images, Setting setting, AgentStatus status) {
    LayerStore layers =
        Adapters.layers(
            setting.config().evidence(),
            setting.surroundings().clock(),
            problems -> status.note(AgentStatus.Topic.LAYERS, problems));
    return new ImageContents(images, layers, threads, setting.surroundings().nanoTime());
  }

  private static ImageSource observed(ImageSource source, Ledger ledger, AgentStatus status) {
    return new ObservedSource(new ObservedSource(source, ledger.metrics()), status.registries());
  }
}
