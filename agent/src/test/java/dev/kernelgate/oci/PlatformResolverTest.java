// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.oci;

import static dev.kernelgate.testing.TestImages.INDEX;
import static dev.kernelgate.testing.TestImages.MANIFEST;
import static dev.kernelgate.testing.TestImages.entry;
import static dev.kernelgate.testing.TestImages.index;
import static dev.kernelgate.testing.TestImages.kernel;
import static dev.kernelgate.testing.TestImages.kernelSaying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.InvalidReferenceException;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.testing.FakeTime;
import dev.kernelgate.testing.MemorySource;
import dev.kernelgate.verdict.Problem;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PlatformResolverTest {

  private static final String ATTESTATION =
      ",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}";

  private final MemorySource source = new MemorySource();
  private final FakeTime time = FakeTime.afterFixtures();

  private ResolvedKernel resolve(Architecture host, String reference) throws ProblemException {
    try {
      return new PlatformResolver(host)
          .resolve(
              source, KernelReference.parse(reference), time.deadlineIn(Duration.ofSeconds(5)));
    } catch (InvalidReferenceException e) {
      throw new AssertionError(e);
    }
  }

  private ResolvedKernel resolve() throws ProblemException {
    return resolve(Architecture.AMD64, "registry.test/kernel:t");
  }

  @Test
  void picksTheHostsEntryAndRemembersTheIndex() throws ProblemException {
    Digest arm = kernel(source, "arm64");
    Digest amd = kernel(source, "amd64");
    Digest index =
        source.manifest(
            INDEX,
            index(List.of(entry(arm, "linux", "arm64", ""), entry(amd, "linux", "amd64", ""))),
            "t");

    assertThat(resolve().manifest().digest()).isEqualTo(amd);
    assertThat(resolve().manifest().indexDigests()).containsExactly(index);
    assertThat(resolve().manifest().signable()).containsExactly(index, amd);
    assertThat(resolve().manifest().annotations()).containsEntry("dev.edera.kernel.flavor", "zone");
    assertThat(resolve(Architecture.ARM64, "registry.test/kernel:t").manifest().digest())
        .isEqualTo(arm);
  }

  @Test
  void takesTheFirstOfDuplicatePlatformsAsTheNodeDoes() throws ProblemException {
    Digest first = kernelSaying(source, "amd64", "amd64", "6.1.0");
    Digest second = kernelSaying(source, "amd64", "amd64", "6.2.0");
    source.manifest(
        INDEX,
        index(List.of(entry(first, "linux", "amd64", ""), entry(second, "linux", "amd64", ""))),
        "t");

    assertThat(resolve().manifest().digest()).isEqualTo(first);
  }

  @Test
  void readsTheKernelsOwnSpellingOfArchitectures() throws ProblemException {
    Digest arm = kernel(source, "aarch64");
    source.manifest(INDEX, index(List.of(entry(arm, "linux", "aarch64", ""))), "t");

    assertThat(resolve(Architecture.ARM64, "registry.test/kernel:t").manifest().digest())
        .isEqualTo(arm);
  }

  @Test
  void takesBothSpellingsInOneIndexForTheSameManifestOnly() throws ProblemException {
    Digest arm = kernel(source, "arm64");
    source.manifest(
        INDEX,
        index(List.of(entry(arm, "linux", "aarch64", ""), entry(arm, "linux", "arm64", ""))),
        "t");

    assertThat(resolve(Architecture.ARM64, "registry.test/kernel:t").manifest().digest())
        .isEqualTo(arm);
  }

  @Test
  void passesOverAttestationsAsBuildKitListsThem() throws ProblemException {
    Digest attestation = kernelSaying(source, "amd64", "amd64", "0");
    Digest image = kernel(source, "amd64");
    source.manifest(
        INDEX,
        index(
            List.of(
                entry(attestation, "unknown", "unknown", ATTESTATION),
                entry(image, "linux", "amd64", ""))),
        "t");

    assertThat(resolve().manifest().digest()).isEqualTo(image);
  }

  @Test
  void anAnnotationHidesNothingThatTheNodeWouldBoot() throws ProblemException {
    Digest booted = kernelSaying(source, "amd64", "amd64", "0");
    Digest shown = kernel(source, "amd64");
    source.manifest(
        INDEX,
        index(
            List.of(
                entry(booted, "linux", "amd64", ATTESTATION), entry(shown, "linux", "amd64", ""))),
        "t");

    assertThat(resolve().manifest().digest()).isEqualTo(booted);
  }

  @Test
  void followsAnIndexInAnIndexAndKeepsBoth() throws ProblemException {
    Digest image = kernel(source, "amd64");
    Digest inner = source.manifest(INDEX, index(List.of(entry(image, "linux", "amd64", ""))));
    Digest outer = source.manifest(INDEX, index(List.of(entry(inner, INDEX, ""))), "t");

    assertThat(resolve().manifest().indexDigests()).containsExactly(outer, inner);
  }

  @Test
  void theDigestInTheReferenceDecidesAndTheTagIsNotAsked() throws ProblemException {
    Digest image = kernelSaying(source, "amd64", "amd64", "6.1.0");
    kernelSaying(source, "amd64", "amd64", "6.2.0", "t");

    assertThat(resolve(Architecture.AMD64, "registry.test/kernel:t@" + image).manifest().digest())
        .isEqualTo(image);
    assertThat(source.asked()).doesNotContain("t");
  }

  @Test
  void asksNothingWhenTheTimeIsOver() {
    assertThatThrownBy(
            () ->
                new PlatformResolver(Architecture.AMD64)
                    .resolve(
                        source,
                        KernelReference.parse("registry.test/k:t"),
                        time.deadlineIn(Duration.ZERO)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().reason()).isEqualTo(Reason.DEADLINE_EXCEEDED));
    assertThat(source.asked()).isEmpty();
  }

  record Case(String name, Reason reason, Consumer<MemorySource> image) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> failures() {
    return Stream.of(
        new Case("ImageNotFound", Reason.IMAGE_NOT_FOUND, source -> {}),
        new Case(
            "NoPlatformManifest: only arm64",
            Reason.NO_PLATFORM_MANIFEST,
            source ->
                source.manifest(
                    INDEX,
                    index(List.of(entry(kernel(source, "arm64"), "linux", "arm64", ""))),
                    "t")),
        new Case(
            "NoPlatformManifest: other system",
            Reason.NO_PLATFORM_MANIFEST,
            source ->
                source.manifest(
                    INDEX,
                    index(List.of(entry(kernel(source, "amd64"), "windows", "amd64", ""))),
                    "t")),
        new Case(
            "NoPlatformManifest: empty index",
            Reason.NO_PLATFORM_MANIFEST,
            source -> source.manifest(INDEX, index(List.of()), "t")),
        new Case(
            "PlatformMismatch: config of an index entry",
            Reason.PLATFORM_MISMATCH,
            source ->
                source.manifest(
                    INDEX,
                    index(
                        List.of(
                            entry(
                                kernelSaying(source, "amd64", "arm64", "1"),
                                "linux",
                                "amd64",
                                ""))),
                    "t")),
        new Case(
            "PlatformMismatch: one manifest for each spelling of the architecture",
            Reason.PLATFORM_MISMATCH,
            source ->
                source.manifest(
                    INDEX,
                    index(
                        List.of(
                            entry(kernel(source, "x86_64"), "linux", "x86_64", ""),
                            entry(kernel(source, "amd64"), "linux", "amd64", ""))),
                    "t")),
        new Case(
            "PlatformMismatch: single manifest",
            Reason.PLATFORM_MISMATCH,
            source -> kernel(source, "arm64", "t")),
        new Case(
            "NotAKernelImage: artifact",
            Reason.NOT_A_KERNEL_IMAGE,
            source ->
                source.manifest(
                    MANIFEST,
                    "{\"config\":"
                        + entry(source.blob("{}"), "application/vnd.oci.empty.v1+json", "")
                        + "}",
                    "t")),
        new Case(
            "LimitExceeded: nesting",
            Reason.LIMIT_EXCEEDED,
            source -> {
              Digest index = source.manifest(INDEX, index(List.of()));
              for (int depth = 0; depth < Limits.INDEX_DEPTH; depth++) {
                index = source.manifest(INDEX, index(List.of(entry(index, INDEX, ""))), "t");
              }
            }),
        new Case(
            "LimitExceeded: entries",
            Reason.LIMIT_EXCEEDED,
            source ->
                source.manifest(
                    INDEX,
                    index(
                        Collections.nCopies(
                            Limits.INDEX_ENTRIES + 1, entry(Digest.of(new byte[1]), INDEX, ""))),
                    "t")),
        new Case(
            "RegistryMisbehaved: other bytes than the digest",
            Reason.REGISTRY_MISBEHAVED,
            source -> {
              Digest image = kernel(source, "amd64");
              source.manifest(INDEX, index(List.of(entry(image, "linux", "amd64", ""))), "t");
              source.serve(image.toString(), MANIFEST, "{\"layers\":[]}");
            }),
        new Case(
            "RegistryMisbehaved: listed but not there",
            Reason.REGISTRY_MISBEHAVED,
            source ->
                source.manifest(
                    INDEX,
                    index(List.of(entry(Digest.of(new byte[1]), "linux", "amd64", ""))),
                    "t")),
        new Case(
            "RegistryMisbehaved: duplicate keys",
            Reason.REGISTRY_MISBEHAVED,
            source -> source.serve("t", INDEX, "{\"manifests\":[],\"manifests\":[]}")),
        new Case(
            "RegistryMisbehaved: index and manifest at once",
            Reason.REGISTRY_MISBEHAVED,
            source -> source.serve("t", "", "{\"manifests\":[],\"layers\":[]}")),
        new Case(
            "RegistryMisbehaved: media type of the other kind",
            Reason.REGISTRY_MISBEHAVED,
            source -> source.serve("t", MANIFEST, index(List.of()))),
        new Case(
            "RegistryMisbehaved: not JSON",
            Reason.REGISTRY_MISBEHAVED,
            source -> source.serve("t", "", "<html>")),
        new Case(
            "RegistryMisbehaved: foreign digest algorithm",
            Reason.REGISTRY_MISBEHAVED,
            source -> source.serve("t", "", "{\"manifests\":[{\"digest\":\"sha512:00\"}]}")),
        new Case(
            "RegistryThrottled",
            Reason.REGISTRY_THROTTLED,
            source ->
                source.fail(
                    "t",
                    new ProblemException(
                        new Problem(Reason.REGISTRY_THROTTLED, "come back later")))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void failsForTheReason(Case failure) {
    failure.image().accept(source);

    assertThatThrownBy(this::resolve)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem().reason())
                    .describedAs(e.getMessage())
                    .isEqualTo(failure.reason()));
  }
}
