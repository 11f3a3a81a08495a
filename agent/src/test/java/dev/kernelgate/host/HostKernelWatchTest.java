// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.host;

import static dev.kernelgate.testing.TestImages.attachBundle;
import static dev.kernelgate.testing.TestImages.kernelOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.layer.ImageContents;
import dev.kernelgate.metrics.AgentMetrics;
import dev.kernelgate.node.HostKernelFile;
import dev.kernelgate.oci.ImageSources;
import dev.kernelgate.oci.KernelImages;
import dev.kernelgate.oci.LayerStore;
import dev.kernelgate.oci.NodeImageCache;
import dev.kernelgate.policy.Policy;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.MemorySource;
import dev.kernelgate.testing.ReleaseSignatures;
import dev.kernelgate.testing.TestLayer;
import dev.kernelgate.testing.TestVerifiers;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verification.BootNode;
import dev.kernelgate.verification.CheckSlots;
import dev.kernelgate.verification.KernelVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The host's kernel file against the kernel of an image. */
final class HostKernelWatchTest {

  private static final Duration BUDGET = Duration.ofSeconds(5);

  @TempDir private Path boot;

  private final FakeTime time = FakeTime.afterFixtures();
  private final MemorySource registry = new MemorySource();
  private final AgentMetrics metrics = new AgentMetrics();
  private final byte[] layer = TestLayer.kernel("the kernel", "the addons").gzip();

  @BeforeEach
  void bootTheHost() throws IOException {
    Files.writeString(boot.resolve("vmlinuz"), "the kernel");
  }

  private HostKernelWatch watch() throws Exception {
    KernelImages images =
        new KernelImages(new ImageSources(List.of(), registry), Architecture.AMD64);
    KernelVerifier verifier =
        new KernelVerifier(
            new BootNode(
                TestVerifiers.asAsked(),
                NodeImageCache.none(),
                new ImageContents(images, new LayerStore.Nothing(), Runnable::run, time::nanoTime)),
            images,
            new ReleaseSignatures(),
            Policy.edera(),
            new CheckSlots(Runnable::run, time::nanoTime, BUDGET, 16, 256),
            time);
    HostKernelFile file = new HostKernelFile(boot.resolve("vmlinuz"), time);
    HostKernelWatch watch =
        new HostKernelWatch(
            KernelReference.parse("ghcr.io/edera-dev/zone-kernel:6.15"),
            file.path(),
            file::digest,
            verifier,
            time::nanoTime,
            BUDGET);
    HostKernelWatch.show(Optional.of(watch), metrics);
    return watch;
  }

  private void sign() {
    attachBundle(registry, kernelOf(registry, layer, TestLayer.TAR_GZIP, "6.15"), "{}");
  }

  private String shown() {
    return new String(metrics.exposition(), UTF_8);
  }

  @Test
  void isVerifiedWhereItIsTheKernelOfTheImage() throws Exception {
    sign();
    HostKernelWatch watch = watch();
    assertThat(shown()).contains("kernelgate_host_kernel_verified NaN");
    watch.look();

    assertThat(watch.latest().toFields())
        .containsEntry("state", HostKernel.State.VERIFIED)
        .containsEntry("expectedDigest", Optional.of(Digest.of("the kernel".getBytes(UTF_8))));
    assertThat(shown()).contains("kernelgate_host_kernel_verified 1.0");
  }

  @Test
  void isDifferentOnceTheFileIs() throws Exception {
    sign();
    HostKernelWatch watch = watch();
    watch.look();
    HostKernel before = watch.latest();
    Files.writeString(boot.resolve("vmlinuz"), "another");
    watch.look();

    assertThat(watch.latest().state()).isEqualTo(HostKernel.State.DIFFERENT);
    assertThat(watch.latest().isNewsAfter(before)).isTrue();
    assertThat(watch.latest().message())
        .contains(Digest.of("another".getBytes(UTF_8)).toString())
        .contains("is not the kernel of ghcr.io/edera-dev/zone-kernel:6.15")
        .contains(Digest.of("the kernel".getBytes(UTF_8)).toString());
    assertThat(shown()).contains("kernelgate_host_kernel_verified 0.0");
  }

  @Test
  void isUnknownWithoutAFile() throws Exception {
    sign();
    Files.delete(boot.resolve("vmlinuz"));
    HostKernelWatch watch = watch();
    watch.look();

    assertThat(watch.latest().state()).isEqualTo(HostKernel.State.UNKNOWN);
    assertThat(watch.latest().message()).contains("there is no file");
  }

  @Test
  void isUnknownWhereTheImageIsRejectedOrNotKnown() throws Exception {
    kernelOf(registry, layer, TestLayer.TAR_GZIP, "6.15");
    HostKernelWatch watch = watch();
    watch.look();
    assertThat(watch.latest().message()).contains("NoSignature");

    registry.failAlways(new ProblemException(Reason.REGISTRY_UNREACHABLE, "refused"));
    time.advance(Duration.ofMinutes(5));
    watch.look();
    assertThat(watch.latest().message()).contains("RegistryUnreachable: refused");
  }

  @Test
  void isUnknownWhereTheImageHasNoKernel() throws Exception {
    byte[] empty = new TestLayer().file("README", "no kernel").gzip();
    attachBundle(registry, kernelOf(registry, empty, TestLayer.TAR_GZIP, "6.15"), "{}");
    HostKernelWatch watch = watch();
    watch.look();

    assertThat(watch.latest().message()).endsWith("the image has no kernel");
  }
}
