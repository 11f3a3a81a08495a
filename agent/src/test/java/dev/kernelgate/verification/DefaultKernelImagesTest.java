// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.ZoneFile;
import dev.kernelgate.testing.MemorySource;
import dev.kernelgate.testing.TestLayer;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.SignatureFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pod that asks for no kernel, on a node whose default files are compared with an image. */
final class DefaultKernelImagesTest {

  private static final String IMAGE = DefaultKernelStage.IMAGE;
  private static final byte[] LAYER = DefaultKernelStage.LAYER;

  private final DefaultKernelStage stage;
  private final MemorySource registry;

  DefaultKernelImagesTest(@TempDir Path zone) throws IOException {
    stage = new DefaultKernelStage(zone);
    registry = stage.registry();
  }

  private static Digest digest(String content) {
    return Digest.of(content.getBytes(UTF_8));
  }

  @Test
  void isTrustedForTheSignatureOverTheImageThatItIsFrom() throws Exception {
    Digest manifest = stage.sign(LAYER, TestLayer.TAR_GZIP);

    Decision decision = stage.ask();

    assertThat(decision.verdict().reason()).isEqualTo(Reason.DEFAULT_KERNEL_VERIFIED);
    assertThat(decision.verdict().detail())
        .contains("kernel, which is " + digest("the kernel"))
        .contains("is /kernel/image of " + IMAGE + " (" + manifest + ")")
        .contains("is /kernel/addons.squashfs of " + IMAGE);
    assertThat(decision.verdict().signatureFacts().map(SignatureFacts::signedDigest))
        .contains(manifest);
    assertThat(decision.source()).contains(BootSource.ZONE_FILES);
    assertThat(decision.digest()).contains(digest("the kernel"));
    assertThat(decision.mayBoot()).isTrue();
  }

  @Test
  void fetchesALayerOnce() throws Exception {
    stage.sign(LAYER, TestLayer.TAR_GZIP);
    KernelVerifier verifier = stage.verifier();
    stage.ask(verifier);
    verifier.forget();
    stage.time().advance(Duration.ofHours(2));
    stage.ask(verifier);

    assertThat(registry.asked()).filteredOn(Digest.of(LAYER).toString()::equals).hasSize(1);
  }

  @Test
  void anotherFileIsUnknownAndBothDigestsAreTold() throws Exception {
    stage.sign(LAYER, TestLayer.TAR_GZIP);
    stage.file(ZoneFile.KERNEL, "another kernel");

    Decision decision = stage.ask();

    assertThat(decision.verdict().reason()).isEqualTo(Reason.DEFAULT_KERNEL_UNKNOWN);
    assertThat(decision.digest()).contains(digest("another kernel"));
    assertThat(decision.verdict().detail())
        .contains(digest("another kernel").toString())
        .contains(digest("the kernel").toString())
        .doesNotContain("addons");
  }

  @Test
  void anUnsignedImageIsNoStandardAndNotLookedInto() throws Exception {
    stage.publish(LAYER, TestLayer.TAR_GZIP);

    Decision decision = stage.ask();

    assertThat(decision.verdict().reason()).isEqualTo(Reason.DEFAULT_KERNEL_UNKNOWN);
    assertThat(decision.verdict().detail()).contains("rejected: NoSignature");
    assertThat(registry.asked()).doesNotContain(Digest.of(LAYER).toString());
  }

  @Test
  void aDeniedImageIsNoStandard() throws Exception {
    stage.deny(stage.sign(LAYER, TestLayer.TAR_GZIP));

    assertThat(stage.ask().verdict().detail()).contains("rejected: DeniedDigest");
  }

  @Test
  void aSilentRegistryLeavesTheQuestionOpen() throws Exception {
    registry.failAlways(new ProblemException(Reason.REGISTRY_UNREACHABLE, "connection refused"));

    Decision decision = stage.ask();

    assertThat(decision.verdict().reason()).isEqualTo(Reason.REGISTRY_UNREACHABLE);
    assertThat(decision.command()).as("no command is about what is no image").isEmpty();
  }

  @Test
  void aLayerThatCannotBeReadLeavesTheQuestionOpenAndSaysWhy() throws Exception {
    stage.sign(LAYER, TestLayer.TAR + "+zstd");

    Decision decision = stage.ask();

    assertThat(decision.verdict().reason()).isEqualTo(Reason.LAYER_UNREADABLE);
    assertThat(decision.verdict().detail()).contains("tar+zstd").contains(IMAGE);
  }

  @Test
  void otherBytesThanTheManifestsLeaveTheQuestionOpen() throws Exception {
    stage.sign(LAYER, TestLayer.TAR_GZIP);
    registry.serveBlob(Digest.of(LAYER), TestLayer.kernel("evil", "evil").gzip());

    assertThat(stage.ask().verdict().reason()).isEqualTo(Reason.REGISTRY_MISBEHAVED);
  }

  @Test
  void aFailureIsTriedAgainAfterHalfAMinute() throws Exception {
    stage.sign(LAYER, TestLayer.TAR_GZIP);
    String layer = Digest.of(LAYER).toString();
    registry.fail(layer, new ProblemException(Reason.REGISTRY_UNREACHABLE, "refused"));
    KernelVerifier verifier = stage.verifier();

    assertThat(stage.ask(verifier).verdict().reason()).isEqualTo(Reason.REGISTRY_UNREACHABLE);
    registry.heal(layer);
    assertThat(stage.ask(verifier).verdict().reason()).isEqualTo(Reason.REGISTRY_UNREACHABLE);
    stage.time().advance(Duration.ofSeconds(30));
    assertThat(stage.ask(verifier).verdict().outcome()).isEqualTo(Outcome.TRUSTED);
  }

  @Test
  void nobodyWaitsForALayerAndTheNextQuestionFindsTheAnswer() throws Exception {
    stage.sign(LAYER, TestLayer.TAR_GZIP);
    stage.readLater();
    KernelVerifier verifier = stage.verifier();

    Decision first = stage.ask(verifier, Duration.ofMillis(50));
    Decision second = stage.ask(verifier, Duration.ofMillis(50));
    assertThat(List.of(first.verdict().reason(), second.verdict().reason()))
        .containsOnly(Reason.PENDING);
    assertThat(first.verdict().detail()).contains("being fetched");
    assertThat(stage.read()).isEqualTo(1);

    assertThat(stage.ask(verifier).verdict().outcome()).isEqualTo(Outcome.TRUSTED);
  }

  @Test
  void pinsNeedNoRegistry() throws Exception {
    registry.failAlways(new ProblemException(Reason.REGISTRY_UNREACHABLE, "connection refused"));
    stage.pin(
        Map.of(
            ZoneFile.KERNEL, Set.of(digest("the kernel")),
            ZoneFile.ADDONS, Set.of(digest("the addons"))));

    assertThat(stage.ask().verdict().reason()).isEqualTo(Reason.ALLOWED_DIGEST);
    assertThat(registry.asked()).isEmpty();
  }

  @Test
  void anInitrdIsPinnedOrUnknown() throws Exception {
    stage.sign(LAYER, TestLayer.TAR_GZIP);
    stage.file(ZoneFile.INITRD, "the initrd");

    assertThat(stage.ask().verdict().reason()).isEqualTo(Reason.DEFAULT_KERNEL_UNKNOWN);
    stage.pin(Map.of(ZoneFile.INITRD, Set.of(digest("the initrd"))));
    assertThat(stage.ask().verdict().reason()).isEqualTo(Reason.DEFAULT_KERNEL_VERIFIED);
  }
}
