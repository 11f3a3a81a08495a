// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import static dev.kernelgate.testing.TestImages.attachBundle;
import static dev.kernelgate.testing.TestImages.kernelOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Digest;
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
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.SignatureFacts;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pod that asks for no kernel, on a node whose default files are compared with an image. */
final class DefaultKernelImagesTest {

  private static final String IMAGE = "ghcr.io/edera-dev/zone-kernel:6.15";
  private static final Duration BUDGET = Duration.ofSeconds(10);
  private static final byte[] LAYER = TestLayer.kernel("the kernel", "the addons").gzip();

  @TempDir private Path zone;

  private final FakeTime time = FakeTime.afterFixtures();
  private final MemorySource registry = new MemorySource();
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private boolean readsAtOnce = true;
  private Set<Digest> denied = Set.of();
  private Map<ZoneFile, Set<Digest>> pins = Map.of();

  @BeforeEach
  void fillTheZoneDirectory() throws IOException {
    Files.writeString(zone.resolve("kernel"), "the kernel");
    Files.writeString(zone.resolve("addons.squashfs"), "the addons");
  }

  private void execute(Runnable reading) {
    if (readsAtOnce) {
      reading.run();
    } else {
      waiting.add(reading);
    }
  }

  private KernelVerifier verifier() throws Exception {
    KernelImages images =
        new KernelImages(new ImageSources(List.of(), registry), Architecture.AMD64);
    Policy edera = Policy.edera();
    return new KernelVerifier(
        new BootNode(
            new NodeKernels(zone.resolve("none"), Optional.empty(), zone, time),
            NodeImageCache.none(),
            new ImageContents(images, new LayerStore.Nothing(), this::execute, time::nanoTime)),
        images,
        new ReleaseSignatures(),
        new Policy(
            edera.mode(),
            edera.rules(),
            denied,
            new DefaultKernelRule(pins, List.of(KernelReference.parse(IMAGE)))),
        new CheckSlots(Runnable::run, time::nanoTime, BUDGET, 16, 256),
        time);
  }

  private Decision ask(KernelVerifier verifier) {
    return verifier.verify(
        new KernelRequest(new AskedKernel.NodeDefault(), Optional.empty(), Optional.empty()),
        time.deadlineIn(BUDGET));
  }

  private Decision ask() throws Exception {
    return ask(verifier());
  }

  private Digest signed(byte[] layer, String type) {
    Digest manifest = kernelOf(registry, layer, type, "6.15");
    attachBundle(registry, manifest, "{}");
    return manifest;
  }

  private static Digest digest(String content) {
    return Digest.of(content.getBytes(UTF_8));
  }

  @Test
  void isTrustedForTheSignatureOverTheImageThatItIsFrom() throws Exception {
    Digest manifest = signed(LAYER, TestLayer.TAR_GZIP);

    Decision decision = ask();

    assertThat(decision.verdict().reason()).isEqualTo(Reason.DEFAULT_KERNEL_VERIFIED);
    assertThat(decision.verdict().detail())
        .contains("kernel, which is " + digest("the kernel"))
        .contains("is /kernel/image of " + IMAGE + " (" + manifest + ")")
        .contains("is /kernel/addons.squashfs of " + IMAGE);
    assertThat(decision.verdict().signatureFacts().map(SignatureFacts::signedDigest))
        .contains(manifest);
    assertThat(decision.source()).contains(BootSource.ZONE_FILES);
    assertThat(decision.mayBoot()).isTrue();
  }

  @Test
  void fetchesALayerOnce() throws Exception {
    signed(LAYER, TestLayer.TAR_GZIP);
    KernelVerifier verifier = verifier();
    ask(verifier);
    verifier.forget();
    time.advance(Duration.ofHours(2));
    ask(verifier);

    assertThat(registry.asked()).filteredOn(Digest.of(LAYER).toString()::equals).hasSize(1);
  }

  @Test
  void anotherFileIsUnknownAndBothDigestsAreTold() throws Exception {
    signed(LAYER, TestLayer.TAR_GZIP);
    Files.writeString(zone.resolve("kernel"), "another kernel");

    Decision decision = ask();

    assertThat(decision.verdict().reason()).isEqualTo(Reason.DEFAULT_KERNEL_UNKNOWN);
    assertThat(decision.verdict().detail())
        .contains(digest("another kernel").toString())
        .contains(digest("the kernel").toString())
        .doesNotContain("addons");
  }

  @Test
  void anUnsignedImageIsNoStandardAndNotLookedInto() throws Exception {
    kernelOf(registry, LAYER, TestLayer.TAR_GZIP, "6.15");

    Decision decision = ask();

    assertThat(decision.verdict().reason()).isEqualTo(Reason.DEFAULT_KERNEL_UNKNOWN);
    assertThat(decision.verdict().detail()).contains("rejected: NoSignature");
    assertThat(registry.asked()).doesNotContain(Digest.of(LAYER).toString());
  }

  @Test
  void aDeniedImageIsNoStandard() throws Exception {
    denied = Set.of(signed(LAYER, TestLayer.TAR_GZIP));

    assertThat(ask().verdict().detail()).contains("rejected: DeniedDigest");
  }

  @Test
  void aSilentRegistryLeavesTheQuestionOpen() throws Exception {
    registry.failAlways(new ProblemException(Reason.REGISTRY_UNREACHABLE, "connection refused"));

    assertThat(ask().verdict().reason()).isEqualTo(Reason.REGISTRY_UNREACHABLE);
  }

  @Test
  void aLayerThatCannotBeReadLeavesTheQuestionOpenAndSaysWhy() throws Exception {
    signed(LAYER, TestLayer.TAR + "+zstd");

    Decision decision = ask();

    assertThat(decision.verdict().reason()).isEqualTo(Reason.LAYER_UNREADABLE);
    assertThat(decision.verdict().detail()).contains("tar+zstd").contains(IMAGE);
  }

  @Test
  void otherBytesThanTheManifestsLeaveTheQuestionOpen() throws Exception {
    signed(LAYER, TestLayer.TAR_GZIP);
    registry.serveBlob(Digest.of(LAYER), TestLayer.kernel("evil", "evil").gzip());

    assertThat(ask().verdict().reason()).isEqualTo(Reason.REGISTRY_MISBEHAVED);
  }

  @Test
  void aFailureIsTriedAgainAfterHalfAMinute() throws Exception {
    signed(LAYER, TestLayer.TAR_GZIP);
    String layer = Digest.of(LAYER).toString();
    registry.fail(layer, new ProblemException(Reason.REGISTRY_UNREACHABLE, "refused"));
    KernelVerifier verifier = verifier();

    assertThat(ask(verifier).verdict().reason()).isEqualTo(Reason.REGISTRY_UNREACHABLE);
    registry.heal(layer);
    assertThat(ask(verifier).verdict().reason()).isEqualTo(Reason.REGISTRY_UNREACHABLE);
    time.advance(Duration.ofSeconds(30));
    assertThat(ask(verifier).verdict().outcome()).isEqualTo(Outcome.TRUSTED);
  }

  @Test
  void nobodyWaitsForALayerAndTheNextQuestionFindsTheAnswer() throws Exception {
    signed(LAYER, TestLayer.TAR_GZIP);
    readsAtOnce = false;
    KernelVerifier verifier = verifier();
    KernelRequest request =
        new KernelRequest(new AskedKernel.NodeDefault(), Optional.empty(), Optional.empty());

    Decision first = verifier.verify(request, time.deadlineIn(Duration.ofMillis(50)));
    Decision second = verifier.verify(request, time.deadlineIn(Duration.ofMillis(50)));
    assertThat(List.of(first.verdict().reason(), second.verdict().reason()))
        .containsOnly(Reason.PENDING);
    assertThat(first.verdict().detail()).contains("being fetched");
    assertThat(waiting).hasSize(1);

    waiting.remove().run();
    assertThat(ask(verifier).verdict().outcome()).isEqualTo(Outcome.TRUSTED);
  }

  @Test
  void pinsNeedNoRegistry() throws Exception {
    registry.failAlways(new ProblemException(Reason.REGISTRY_UNREACHABLE, "connection refused"));
    pins =
        Map.of(
            ZoneFile.KERNEL, Set.of(digest("the kernel")),
            ZoneFile.ADDONS, Set.of(digest("the addons")));

    assertThat(ask().verdict().reason()).isEqualTo(Reason.ALLOWED_DIGEST);
    assertThat(registry.asked()).isEmpty();
  }

  @Test
  void anInitrdIsPinnedOrUnknown() throws Exception {
    signed(LAYER, TestLayer.TAR_GZIP);
    Files.writeString(zone.resolve("initrd"), "the initrd");

    assertThat(ask().verdict().reason()).isEqualTo(Reason.DEFAULT_KERNEL_UNKNOWN);
    pins = Map.of(ZoneFile.INITRD, Set.of(digest("the initrd")));
    assertThat(ask().verdict().reason()).isEqualTo(Reason.DEFAULT_KERNEL_VERIFIED);
  }
}
