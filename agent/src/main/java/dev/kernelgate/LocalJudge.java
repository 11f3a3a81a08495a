// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.cli.Program;
import dev.kernelgate.cli.VerifyOptions;
import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.layout.LayoutImageSource;
import dev.kernelgate.node.NodeKernels;
import dev.kernelgate.oci.DockerHubMirror;
import dev.kernelgate.oci.ImageSources;
import dev.kernelgate.oci.KernelImages;
import dev.kernelgate.oci.NodeImageCache;
import dev.kernelgate.oci.PodKeychains;
import dev.kernelgate.registry.RegistryImageSource;
import dev.kernelgate.verification.BootNode;
import dev.kernelgate.verification.CheckSlots;
import dev.kernelgate.verification.Decision;
import dev.kernelgate.verification.KernelVerifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** The agent's own verifier, for {@code verify}. Used by one thread. */
final class LocalJudge implements Program.Judge {

  /** Checks whose time was over may still be ending when the next one starts. */
  private static final int LEFT_BEHIND = 1024;

  private final Surroundings surroundings;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final RegistryImageSource registries;
  private final KernelVerifier verifier;
  private final Duration budget;

  LocalJudge(
      AgentConfig config, Architecture host, VerifyOptions options, Surroundings surroundings) {
    this.surroundings = surroundings;
    this.budget = options.budget();
    this.registries = Adapters.registries(config.images(), surroundings);
    NodeKernels kernels = Adapters.kernels(config.node(), surroundings.clock());
    ImageSources sources =
        options
            .layout()
            .map(path -> new ImageSources(List.of(), LayoutImageSource.of(path, BootSource.LAYOUT)))
            .orElseGet(
                () ->
                    Adapters.sources(
                        config.images(),
                        _ -> new DockerHubMirror(registries, kernels::dockerHubMirror),
                        new PodKeychains.None(),
                        UnaryOperator.identity()));
    this.verifier =
        new KernelVerifier(
            new BootNode(kernels, NodeImageCache.none()),
            new KernelImages(sources, host),
            TrustRoots.verifier(
                options.trustedRoot().map(LocalJudge::only).orElse(config.trustRoots())),
            config.policy(),
            new CheckSlots(
                threads,
                surroundings.nanoTime(),
                options.budget(),
                config.checks().concurrency(),
                LEFT_BEHIND),
            surroundings.clock());
  }

  @Override
  public Decision verify(String reference) {
    return verifier.verify(KernelRequest.image(reference), surroundings.deadlineIn(budget));
  }

  @Override
  public void close() {
    registries.close();
    threads.shutdownNow();
  }

  private static List<AgentConfig.TrustRoot> only(Path trustedRoot) {
    return List.of(new AgentConfig.TrustRoot.File(trustedRoot));
  }
}
