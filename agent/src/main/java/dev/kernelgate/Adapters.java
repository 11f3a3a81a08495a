// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate;

import dev.kernelgate.config.AgentConfig;
import dev.kernelgate.config.EvidenceSettings;
import dev.kernelgate.evidence.DiskBoots;
import dev.kernelgate.evidence.DiskEvidence;
import dev.kernelgate.evidence.DiskLayers;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.layout.LayoutImageSource;
import dev.kernelgate.node.KrataCache;
import dev.kernelgate.node.NodeKernels;
import dev.kernelgate.oci.EvidenceStore;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.ImageSources;
import dev.kernelgate.oci.Keychain;
import dev.kernelgate.oci.LayerStore;
import dev.kernelgate.oci.NodeImageCache;
import dev.kernelgate.oci.PodKeychains;
import dev.kernelgate.registry.DockerConfig;
import dev.kernelgate.registry.ProxySettings;
import dev.kernelgate.registry.RegistryImageSource;
import dev.kernelgate.registry.RegistrySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Turns the configuration into the adapters that it describes. */
final class Adapters {

  private static final long MEGABYTE = 1024 * 1024;
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private Adapters() {}

  /** A source for registries as configured; the caller closes it. */
  static RegistryImageSource registries(AgentConfig.Images images, Surroundings surroundings) {
    Map<String, String> environment = surroundings.environment();
    ProxySettings proxy = ProxySettings.fromEnvironment(environment);
    RegistrySettings defaults = RegistrySettings.defaults(RegistrySettings.ANY_HOST).with(proxy);
    return new RegistryImageSource(
        images.registries().stream().map(registry -> settings(registry, proxy)).toList(),
        defaults,
        dockerConfig(images, environment),
        surroundings.clock());
  }

  /**
   * The configured layouts beside the registries.
   *
   * @param wrapped what stands between each source and those who ask it
   */
  static ImageSources sources(
      AgentConfig.Images images,
      Function<Keychain, ImageSource> registries,
      PodKeychains keychains,
      UnaryOperator<ImageSource> wrapped) {
    return new ImageSources(
        images.layouts().stream()
            .map(
                layout ->
                    new ImageSources.Route(
                        layout.prefix(),
                        wrapped.apply(LayoutImageSource.of(layout.path(), BootSource.LAYOUT))))
            .toList(),
        registries.andThen(wrapped),
        keychains);
  }

  /** What the node boots for what pods ask for. */
  static NodeKernels kernels(AgentConfig.Node node, InstantSource clock) {
    return new NodeKernels(
        node.daemonToml(), Optional.of(node.daemonStart()), node.zoneDirectory(), clock);
  }

  /** The node's image cache, when it has one. */
  static NodeImageCache imageCache(AgentConfig.Node node) {
    return node.imageCache().<NodeImageCache>map(KrataCache::new).orElseGet(NodeImageCache::none);
  }

  /**
   * The evidence that is kept; none where it cannot be.
   *
   * @param wrapped what stands between what was kept and those who ask it
   * @param problems is told why something is not kept
   */
  static EvidenceStore evidence(
      EvidenceSettings configured,
      UnaryOperator<ImageSource> wrapped,
      Executor writer,
      InstantSource clock,
      Consumer<List<String>> problems) {
    if (!configured.isEnabled()) {
      return new EvidenceStore.Nothing();
    }
    try {
      return DiskEvidence.open(
          new DiskEvidence.Place(configured.directory(), configured.maxMegabytes() * MEGABYTE),
          folder -> wrapped.apply(LayoutImageSource.of(folder, BootSource.EVIDENCE)),
          writer,
          clock,
          problems);
    } catch (IOException e) {
      problems.accept(List.of("no evidence is kept: " + e.getMessage()));
      return new EvidenceStore.Nothing();
    }
  }

  /**
   * What was found in layers, kept beside the evidence; not at all where no evidence is.
   *
   * @param problems is told why something is not kept
   */
  static LayerStore layers(
      EvidenceSettings configured, InstantSource clock, Consumer<List<String>> problems) {
    if (!configured.isEnabled()) {
      return new LayerStore.Nothing();
    }
    try {
      return DiskLayers.open(configured.directory(), clock, problems);
    } catch (IOException e) {
      problems.accept(List.of("what is in layers is not kept: " + e.getMessage()));
      return new LayerStore.Nothing();
    }
  }

  /**
   * What pods were booted from, kept beside the evidence; not at all where no evidence is.
   *
   * @param problems is told why something is not kept
   */
  static Optional<DiskBoots> boots(EvidenceSettings configured, Consumer<List<String>> problems) {
    if (!configured.isEnabled()) {
      return Optional.empty();
    }
    try {
      return Optional.of(DiskBoots.open(configured.directory(), BOOT_ID, problems));
    } catch (IOException e) {
      problems.accept(List.of("what pods booted from is not kept: " + e.getMessage()));
      return Optional.empty();
    }
  }

  private static RegistrySettings settings(AgentConfig.Registry registry, ProxySettings usual) {
    ProxySettings proxy =
        registry.proxy().map(uri -> ProxySettings.through(uri, usual.noProxy())).orElse(usual);
    return RegistrySettings.defaults(registry.host())
        .withMirrors(registry.mirrors())
        .with(proxy)
        .with(security(registry.transport()));
  }

  private static RegistrySettings.Security security(AgentConfig.Transport transport) {
    return switch (transport) {
      case AgentConfig.Transport.PlainHttp() -> new RegistrySettings.Security.PlainHttp();
      case AgentConfig.Transport.Tls(
              Optional<Path> caFile,
              Optional<AgentConfig.ClientCertificate> client) ->
          new RegistrySettings.Security.Tls(
              caFile,
              client.map(
                  pair ->
                      new RegistrySettings.ClientCertificate(
                          pair.certificateFile(), pair.keyFile())));
    };
  }

  /**
   * A credential of the unit, else docker's own places, unless the agent's configuration names
   * another.
   */
  private static DockerConfig dockerConfig(
      AgentConfig.Images images, Map<String, String> environment) {
    Optional<Path> file =
        images
            .dockerConfig()
            .or(
                () ->
                    directory(environment, "CREDENTIALS_DIRECTORY")
                        .map(dir -> dir.resolve("config.json"))
                        .filter(Files::exists))
            .or(
                () ->
                    directory(environment, "DOCKER_CONFIG").map(dir -> dir.resolve("config.json")))
            .or(
                () ->
                    directory(environment, "HOME").map(dir -> dir.resolve(".docker/config.json")));
    return file.map(path -> DockerConfig.at(path, helperDirectories(environment)))
        .orElseGet(DockerConfig::none);
  }

  private static Optional<Path> directory(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .filter(Predicate.not(String::isEmpty))
        .map(Path::of);
  }

  private static List<Path> helperDirectories(Map<String, String> environment) {
    return Arrays.stream(environment.getOrDefault("PATH", "").split(":", -1))
        .filter(Predicate.not(String::isEmpty))
        .map(Path::of)
        .toList();
  }
}
