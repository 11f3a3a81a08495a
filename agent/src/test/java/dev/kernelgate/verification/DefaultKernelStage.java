// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import static dev.kernelgate.testing.TestImages.attachBundle;
import static dev.kernelgate.testing.TestImages.kernelOf;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.InvalidReferenceException;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.layer.ImageContents;
import dev.kernelgate.node.NodeKernels;
import dev.kernelgate.oci.ImageSources;
import dev.kernelgate.oci.KernelImages;
import dev.kernelgate.oci.LayerStore;
import dev.kernelgate.oci.NodeImageCache;
import dev.kernelgate.policy.DefaultKernelRule;
import dev.kernelgate.policy.Policy;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.MemorySource;
import dev.kernelgate.testing.ReleaseSignatures;
import dev.kernelgate.testing.TestLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A node with default kernel files, and a registry with an image that they may be from: real files,
 * real adapters.
 */
final class DefaultKernelStage {

  static final String IMAGE = "ghcr.io/edera-dev/zone-kernel:6.15";
  static final byte[] LAYER = TestLayer.kernel("the kernel", "the addons").gzip();

  private static final Duration BUDGET = Duration.ofSeconds(10);

  private final Path zone;
  private final FakeTime time = FakeTime.afterFixtures();
  private final MemorySource registry = new MemorySource();
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private boolean readsAtOnce = true;
  private Set<Digest> denied = Set.of();
  private Map<ZoneFile, Set<Digest>> pins = Map.of();
  private List<KernelReference> images = List.of(reference());

  /**
   * A stage with the files of the image.
   *
   * @param zone the node's zone directory
   */
  DefaultKernelStage(Path zone) throws IOException {
    this.zone = Files.createDirectories(zone);
    file(ZoneFile.KERNEL, "the kernel");
    file(ZoneFile.ADDONS, "the addons");
  }

  FakeTime time() {
    return time;
  }

  MemorySource registry() {
    return registry;
  }

  /** Writes a file of the node. */
  void file(ZoneFile file, String content) throws IOException {
    Files.writeString(zone.resolve(file.toString()), content);
  }

  /** Denies a digest. */
  void deny(Digest digest) {
    denied = Set.of(digest);
  }

  /** Pins contents of files. */
  void pin(Map<ZoneFile, Set<Digest>> digests) {
    pins = digests;
  }

  /** The policy names no image. */
  void nameNoImage() {
    images = List.of();
  }

  /** Nobody reads a layer before {@link #read}. */
  void readLater() {
    readsAtOnce = false;
  }

  /** Reads the layers that wait; returns how many. */
  int read() {
    int count = waiting.size();
    while (!waiting.isEmpty()) {
      waiting.remove().run();
    }
    return count;
  }

  /** Puts the image of one layer into the registry. */
  Digest publish(byte[] layer, String type) {
    return kernelOf(registry, layer, type, "6.15");
  }

  /** The same, and signs it. */
  Digest sign(byte[] layer, String type) {
    Digest manifest = publish(layer, type);
    attachBundle(registry, manifest, "{}");
    return manifest;
  }

  KernelVerifier verifier() {
    KernelImages source =
        new KernelImages(new ImageSources(List.of(), registry), Architecture.AMD64);
    Policy edera = Policy.edera();
    return new KernelVerifier(
        new BootNode(
            new NodeKernels(zone.resolve("none"), Optional.empty(), zone, time),
            NodeImageCache.none(),
            new ImageContents(source, new LayerStore.Nothing(), this::execute, time::nanoTime)),
        source,
        new ReleaseSignatures(),
        new Policy(edera.mode(), edera.rules(), denied, new DefaultKernelRule(pins, images)),
        new CheckSlots(Runnable::run, time::nanoTime, BUDGET, 16, 256),
        time);
  }

  /** Asks for a pod that asks for no kernel. */
  Decision ask(KernelVerifier verifier) {
    return ask(verifier, BUDGET);
  }

  Decision ask(KernelVerifier verifier, Duration budget) {
    return verifier.verify(
        new KernelRequest(new AskedKernel.NodeDefault(), Optional.empty(), Optional.empty()),
        time.deadlineIn(budget));
  }

  /** Asks an agent that has just started. */
  Decision ask() {
    return ask(verifier());
  }

  private void execute(Runnable reading) {
    if (readsAtOnce) {
      reading.run();
    } else {
      waiting.add(reading);
    }
  }

  private static KernelReference reference() {
    try {
      return KernelReference.parse(IMAGE);
    } catch (InvalidReferenceException e) {
      throw new AssertionError(e);
    }
  }
}
