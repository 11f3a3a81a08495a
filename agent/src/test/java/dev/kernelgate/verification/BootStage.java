// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import static dev.kernelgate.testing.TestImages.INDEX;
import static dev.kernelgate.testing.TestImages.attachBundle;
import static dev.kernelgate.testing.TestImages.entry;
import static dev.kernelgate.testing.TestImages.index;
import static dev.kernelgate.testing.TestImages.kernelSaying;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.node.KrataCache;
import dev.kernelgate.node.NodeKernels;
import dev.kernelgate.oci.ImageSources;
import dev.kernelgate.oci.KernelImages;
import dev.kernelgate.oci.NodeImageCache;
import dev.kernelgate.policy.Policy;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.KrataFolder;
import dev.kernelgate.testing.MemorySource;
import dev.kernelgate.testing.ReleaseSignatures;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A node and a registry on which a {@link BootScene} is played: real files, real adapters. */
final class BootStage {

  private static final String REPOSITORY = "ghcr.io/edera-dev/zone-kernel";
  private static final String TAGGED = REPOSITORY + ":6.15";
  private static final Duration BUDGET = Duration.ofSeconds(10);

  private final Path node;
  private final MemorySource registry = new MemorySource();
  private final Digest oldKernel = kernelSaying(registry, "amd64", "amd64", "6.15.5");
  private final Digest newKernel = kernelSaying(registry, "amd64", "amd64", "6.15.6");
  private final Digest oldIndex = signedIndex(oldKernel);
  private FakeTime time = FakeTime.afterFixtures();

  /**
   * An empty stage.
   *
   * @param node the node's directory, which need not exist
   */
  BootStage(Path node) {
    this.node = node;
    signedIndex(newKernel);
  }

  /** What the document calls a digest. */
  String nameOf(Digest digest) {
    if (digest.equals(oldKernel)) {
      return "old";
    }
    return digest.equals(newKernel) ? "new" : digest.toString();
  }

  /** Plays the scene from its beginning to the decision. */
  Decision play(BootScene scene) throws IOException {
    Files.createDirectories(node);
    prepareCache(scene.cached());
    NodeKernels kernels = prepareDaemon(scene.asked());
    KernelVerifier verifier =
        new KernelVerifier(
            new BootNode(
                kernels,
                scene.cached() == BootScene.Cached.NO_CACHE
                    ? NodeImageCache.none()
                    : new KrataCache(node.resolve("cache"))),
            new KernelImages(new ImageSources(List.of(), registry), Architecture.AMD64),
            new ReleaseSignatures(),
            Policy.edera(),
            new CheckSlots(Runnable::run, time::nanoTime, BUDGET, 16, 256),
            time);
    prepareRegistry(scene.tag(), verifier);
    return verifier.verify(request(scene), time.deadlineIn(BUDGET));
  }

  private void prepareCache(BootScene.Cached cached) throws IOException {
    KrataFolder folder = KrataFolder.in(node.resolve("cache"));
    switch (cached) {
      case NO_CACHE, NOTHING -> {}
      case OLD -> hold(folder, oldKernel);
      case NEW -> hold(folder, newKernel);
      case TAMPERED -> {
        hold(folder, oldKernel);
        byte[] changed = Files.readAllBytes(folder.manifest(oldKernel));
        changed[changed.length / 2] ^= 1;
        Files.write(folder.manifest(oldKernel), changed);
      }
      case IN_PART -> folder.list(TAGGED, oldKernel.toString(), "tar");
      case HALF_WRITTEN -> {
        hold(folder, oldKernel);
        byte[] whole = Files.readAllBytes(folder.index());
        Files.writeString(
            folder.index(), new String(whole, 0, whole.length / 2, StandardCharsets.UTF_8));
      }
    }
  }

  private void hold(KrataFolder folder, Digest kernel) throws IOException {
    folder.hold(TAGGED, registry.manifestBytes(kernel), registry.configBytes(kernel));
  }

  /** The daemon's configuration, older or newer than the daemon's start. */
  private NodeKernels prepareDaemon(BootScene.Asked asked) throws IOException {
    Path started = Files.createFile(node.resolve("started"));
    Instant now = Files.getLastModifiedTime(started).toInstant();
    return switch (asked) {
      case CHANGED -> {
        startDaemon(now.plusSeconds(3600));
        writeVariant(REPOSITORY + "@" + oldIndex);
        time = new FakeTime(now.plusSeconds(7200));
        NodeKernels kernels = kernels();
        writeVariant(TAGGED);
        yield kernels;
      }
      case CHANGED_UNSEEN -> {
        startDaemon(now.minusSeconds(3600));
        writeVariant(TAGGED);
        yield kernels();
      }
      case TAG,
          LATEST,
          INDEX,
          MANIFEST,
          VARIANT,
          UNKNOWN_VARIANT,
          BOTH,
          MALFORMED,
          UNCOVERED,
          NOTHING -> {
        startDaemon(now.plusSeconds(3600));
        writeVariant(TAGGED);
        yield kernels();
      }
    };
  }

  private NodeKernels kernels() {
    return new NodeKernels(
        node.resolve("daemon.toml"),
        Optional.of(node.resolve("started")),
        node.resolve("zone"),
        time);
  }

  private void startDaemon(Instant when) throws IOException {
    Files.setLastModifiedTime(node.resolve("started"), FileTime.from(when));
  }

  private void writeVariant(String reference) throws IOException {
    Files.writeString(
        node.resolve("daemon.toml"),
        "[zone.kernel-variants]\nstable = \"%s\"\n".formatted(reference));
  }

  private void prepareRegistry(BootScene.Tag tag, KernelVerifier verifier) {
    switch (tag) {
      case OLD -> tag(oldKernel);
      case NEW -> tag(newKernel);
      case MOVED -> {
        tag(oldKernel);
        verifier.verify(KernelRequest.image(REPOSITORY + ":6.15"), time.deadlineIn(BUDGET));
        verifier.verify(KernelRequest.image(REPOSITORY), time.deadlineIn(BUDGET));
        verifier.forget();
        tag(newKernel);
      }
      case GONE -> {}
      case AWAY ->
          registry.failAlways(
              new ProblemException(Reason.REGISTRY_UNREACHABLE, "connection refused"));
    }
  }

  private void tag(Digest kernel) {
    registry.manifest(INDEX, indexOf(kernel), "6.15", "latest");
  }

  private Digest signedIndex(Digest kernel) {
    Digest index = registry.manifest(INDEX, indexOf(kernel));
    attachBundle(registry, index, "{}");
    return index;
  }

  private static String indexOf(Digest kernel) {
    return index(List.of(entry(kernel, "linux", "amd64", "")));
  }

  private KernelRequest request(BootScene scene) {
    Optional<Digest> booted =
        switch (scene.launcher()) {
          case SILENT -> Optional.empty();
          case OLD -> Optional.of(oldKernel);
          case NEW -> Optional.of(newKernel);
        };
    return new KernelRequest(asked(scene.asked()), booted, Optional.empty());
  }

  private AskedKernel asked(BootScene.Asked asked) {
    return switch (asked) {
      case TAG -> new AskedKernel.Image(TAGGED);
      case LATEST -> new AskedKernel.Image(REPOSITORY + ":latest");
      case INDEX -> new AskedKernel.Image(TAGGED + "@" + oldIndex);
      case MANIFEST -> new AskedKernel.Image(TAGGED + "@" + oldKernel);
      case VARIANT, CHANGED, CHANGED_UNSEEN -> new AskedKernel.Variant("stable");
      case UNKNOWN_VARIANT -> new AskedKernel.Variant("unstable");
      case BOTH -> new AskedKernel.Conflicting(TAGGED, "stable");
      case MALFORMED -> new AskedKernel.Image("Zone Kernel");
      case UNCOVERED -> new AskedKernel.Image("registry.test/zone-kernel:6.15");
      case NOTHING -> new AskedKernel.NodeDefault();
    };
  }
}
