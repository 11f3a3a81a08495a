// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kernelgate.evidence.DiskEvidence;
import dev.kernelgate.kernel.Architecture;
import dev.kernelgate.kernel.AskedKernel;
import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.kernel.InvalidReferenceException;
import dev.kernelgate.kernel.KernelReference;
import dev.kernelgate.kernel.KernelRequest;
import dev.kernelgate.layout.LayoutImageSource;
import dev.kernelgate.oci.CachedImage;
import dev.kernelgate.oci.EvidenceStore;
import dev.kernelgate.oci.NodeImageCache;
import dev.kernelgate.policy.DigestLists;
import dev.kernelgate.policy.Policy;
import dev.kernelgate.policy.PolicyRule;
import dev.kernelgate.testing.CosignCase;
import dev.kernelgate.testing.Fixtures;
import dev.kernelgate.testing.SilencedSource;
import dev.kernelgate.testing.TestGate;
import dev.kernelgate.verdict.Outcome;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole flow over kernels that real cosign signed, before and after their registry is gone. */
final class StoredEvidenceTest {

  private static final String CURRENT = "layout.test/edera-dev/c-v3-bundle-index";
  private static final String TAG = CURRENT + ":6.15.6";
  private static final Policy POLICY = TestGate.releaseWorkflowFor("layout.test/edera-dev/*");

  @TempDir private Path state;

  private final SilencedSource registry =
      new SilencedSource(LayoutImageSource.of(Fixtures.store(), BootSource.LAYOUT));
  private final TestGate gate = new TestGate(registry, POLICY);

  /** What a process that has just started finds on the disk. */
  private EvidenceStore store() throws IOException {
    return DiskEvidence.open(
        new DiskEvidence.Place(state.resolve("evidence"), 64 << 20),
        path -> LayoutImageSource.of(path, BootSource.EVIDENCE),
        Runnable::run,
        gate.time(),
        _ -> {});
  }

  private Decision decide(String image) throws IOException {
    return gate.keeping(store(), Duration.ZERO).decide(image, Architecture.AMD64);
  }

  private Decision decide(String image, Digest booted) throws IOException {
    KernelRequest request =
        new KernelRequest(new AskedKernel.Image(image), Optional.of(booted), Optional.empty());
    return gate.keeping(store(), Duration.ZERO).decide(request, Architecture.AMD64);
  }

  /** By digest, as somebody asks who wants to be sure. */
  private String pinned() throws IOException {
    Decision decision = decide(TAG);
    String reference = CURRENT + "@" + decision.booted().indexDigest().orElseThrow();
    decide(reference);
    return reference;
  }

  static Stream<CosignCase> cases() {
    return CosignCase.all().stream().filter(one -> !one.hasOverride());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void onlyWhatWasTrustedIsTrustedAgainAndForTheSameReason(CosignCase one) throws IOException {
    String image = "layout.test/" + one.reference();
    Decision before = gate.keeping(store(), Duration.ofDays(1)).decide(image, one.architecture());
    registry.fail(Reason.REGISTRY_UNREACHABLE);

    Decision after = gate.keeping(store(), Duration.ofDays(1)).decide(image, one.architecture());

    if (before.verdict().outcome() == Outcome.TRUSTED) {
      assertThat(after.verdict()).isEqualTo(before.verdict());
      assertThat(after.digest()).isEqualTo(before.digest());
      assertThat(after.evidenceSince()).contains(gate.time().instant());
    } else {
      assertThat(after.verdict().outcome()).isNotEqualTo(Outcome.TRUSTED);
      assertThat(after.evidenceSince()).isEmpty();
    }
  }

  @Test
  void saysThatEvidenceWasStoredAndSinceWhen() throws IOException {
    String reference = pinned();
    Instant fetched = gate.time().instant();
    gate.time().advance(Duration.ofDays(300));
    registry.fail(Reason.REGISTRY_UNREACHABLE);

    Decision decision = decide(reference);

    assertThat(decision.verdict().reason()).isEqualTo(Reason.SIGNED_INDEX);
    assertThat(decision.source()).contains(BootSource.PINNED_DIGEST);
    assertThat(decision.toFields())
        .containsEntry("evidence", Optional.of("stored"))
        .containsEntry("fetchedAt", Optional.of(fetched));
    assertThat(decision.trace()).anyMatch(line -> line.startsWith("kept: fallback tag"));
  }

  @Test
  void needsNoEvidenceWhileTheRegistryAnswers() throws IOException {
    pinned();

    assertThat(decide(TAG).evidenceSince()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {"REGISTRY_UNAUTHORIZED", "REGISTRY_MISBEHAVED", "LIMIT_EXCEEDED"})
  void looksPastNoAnswerHoweverUnwelcome(Reason reason) throws IOException {
    String reference = pinned();
    registry.fail(reason);

    assertThat(decide(reference).verdict().reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.INCLUDE,
      names = {"REGISTRY_UNREACHABLE", "REGISTRY_THROTTLED", "DEADLINE_EXCEEDED"})
  void fillsInAtWhateverQuestionTheRegistryFallsSilent(Reason silence) throws IOException {
    String reference = pinned();
    for (int answers = 0; answers < 6; answers++) {
      registry.failAfter(answers, silence);

      Decision decision = decide(reference);

      assertThat(decision.verdict().outcome()).as("after %d", answers).isEqualTo(Outcome.TRUSTED);
      assertThat(decision.evidenceSince()).isPresent();
    }
  }

  @Test
  void aTagMayHaveMovedSoKeptEvidenceDoesNotSayWhereItLeads() throws IOException {
    Digest boots = decide(TAG).digest().orElseThrow();
    registry.fail(Reason.REGISTRY_UNREACHABLE);

    assertThat(decide(TAG).verdict().reason()).isEqualTo(Reason.REGISTRY_UNREACHABLE);
    assertThat(decide(TAG, boots).verdict().reason()).isEqualTo(Reason.SIGNED_INDEX);
    assertThat(decide(TAG, Digest.of(new byte[1])).verdict().reason())
        .isEqualTo(Reason.REGISTRY_UNREACHABLE);
  }

  @Test
  void aTagIsBelievedForAsLongAsTheConfigurationSays() throws IOException {
    decide(TAG);
    registry.fail(Reason.REGISTRY_UNREACHABLE);
    gate.keeping(store(), Duration.ofHours(12));
    gate.time().advance(Duration.ofHours(12).minusSeconds(1));

    Decision inTime = gate.decide(TAG, Architecture.AMD64);
    gate.time().advance(Duration.ofSeconds(1));
    Decision late = gate.decide(TAG, Architecture.AMD64);

    assertThat(inTime.verdict().outcome()).isEqualTo(Outcome.TRUSTED);
    assertThat(inTime.source()).contains(BootSource.EVIDENCE);
    assertThat(late.verdict().reason()).isEqualTo(Reason.REGISTRY_UNREACHABLE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatTheNodeHoldsIsJudgedThoughTheRegistryIsAway(boolean hasTagMoved)
      throws IOException, ProblemException {
    Decision before = decide(TAG);
    if (hasTagMoved) {
      store().confirm(reference(TAG), Digest.of(new byte[1]));
    }
    registry.fail(Reason.REGISTRY_UNREACHABLE);
    gate.on(holding(before.digest().orElseThrow()));

    Decision after = decide(TAG);

    assertThat(after.verdict()).isEqualTo(before.verdict());
    assertThat(after.source()).contains(BootSource.NODE_CACHE);
    assertThat(after.registryDigest()).isEmpty();
    assertThat(after.evidenceSince()).isPresent();
  }

  private static NodeImageCache holding(Digest digest) {
    NodeImageCache nothing = NodeImageCache.none();
    return new NodeImageCache() {
      @Override
      public void look() {}

      @Override
      public long generation() {
        return nothing.generation();
      }

      @Override
      public Optional<Digest> digestFor(KernelReference reference) {
        return Optional.of(digest);
      }

      @Override
      public Optional<CachedImage> image(Digest wanted) {
        byte[] manifest = blob(wanted);
        String text = new String(manifest, StandardCharsets.UTF_8);
        int config = text.indexOf("sha256:");
        return Optional.of(
            new CachedImage(
                wanted,
                manifest,
                blob(Digest.parse(text.substring(config, config + 71)).orElseThrow())));
      }

      @Override
      public String description() {
        return "one image";
      }
    };
  }

  private static byte[] blob(Digest digest) {
    try {
      return Files.readAllBytes(Fixtures.store().resolve("blobs/sha256").resolve(digest.hex()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aRegistryGetsHalfOfTheTimeWhereEvidenceCanStandInForItAndElseAllOfIt() throws IOException {
    Duration most = Duration.ofSeconds(31);
    String reference = pinned();
    registry.fail(Reason.REGISTRY_UNREACHABLE);

    decide(TAG);
    assertThat(registry.lastRoom()).isGreaterThan(most);
    decide(reference);
    assertThat(registry.lastRoom()).isLessThan(most);
    decide(CURRENT + ":never-seen");
    assertThat(registry.lastRoom()).isGreaterThan(most);
  }

  @Test
  void isJudgedByThePolicyOfToday() throws IOException {
    Decision before = decide(pinned());
    registry.fail(Reason.REGISTRY_UNREACHABLE);
    TestGate today =
        new TestGate(registry, denying(before.digest().orElseThrow()))
            .keeping(store(), Duration.ZERO);

    Decision after = today.decide(before.image(), Architecture.AMD64);

    assertThat(after.verdict().reason()).isEqualTo(Reason.DENIED_DIGEST);
  }

  private static KernelReference reference(String text) {
    try {
      return KernelReference.parse(text);
    } catch (InvalidReferenceException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Policy denying(Digest digest) {
    PolicyRule rule = POLICY.rules().getFirst();
    PolicyRule stricter =
        new PolicyRule(
            rule.name(),
            rule.images(),
            rule.mode(),
            rule.signers(),
            new DigestLists(Set.of(), Set.of(digest)),
            rule.requirements());
    return new Policy(POLICY.mode(), List.of(stricter), Set.of());
  }

  @Test
  void noChangedByteOfTheStoreLeadsToAnotherAnswerThanTrustedOrOpen() throws IOException {
    String reference = pinned();
    registry.fail(Reason.REGISTRY_UNREACHABLE);
    Digest boots = decide(reference).digest().orElseThrow();

    for (Path file : files()) {
      byte[] original = Files.readAllBytes(file);
      for (int at = 0; at < original.length; at += 1 + original.length / 24) {
        byte[] changed = original.clone();
        changed[at] ^= 1;
        Files.write(file, changed);
        assertTrustedOrOpen(decide(reference), boots);
      }
      Files.write(file, new byte[0]);
      assertTrustedOrOpen(decide(reference), boots);
      Files.delete(file);
      assertTrustedOrOpen(decide(reference), boots);
      Files.write(file, original);
    }
    assertThat(decide(reference).verdict().outcome()).isEqualTo(Outcome.TRUSTED);
  }

  private static void assertTrustedOrOpen(Decision decision, Digest boots) {
    switch (decision.verdict().outcome()) {
      case TRUSTED -> assertThat(decision.digest()).contains(boots);
      case UNDETERMINED ->
          assertThat(decision.verdict().reason()).isEqualTo(Reason.REGISTRY_UNREACHABLE);
      case REJECTED -> throw new AssertionError(decision.message());
    }
  }

  private List<Path> files() {
    try (Stream<Path> files = Files.walk(state)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
